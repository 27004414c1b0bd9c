#include "cli/html.hpp"

namespace autoencoder::cli {
namespace {

// A column on a phone, contents or pictures side by side on a desktop; what is wide scrolls by itself, and
// on paper it breaks.
constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #222; --quiet: #666; --paper: #fff; --line: #ddd; --shade: #f5f5f2; --link: #0b57a4 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ddd; --quiet: #999; --paper: #161616; --line: #383838; --shade: #212121; --link: #8ab8f0 } }
body { max-width: 72rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif;
       color: var(--ink); background: var(--paper); overflow-wrap: anywhere }
a { color: var(--link) }
h1, h2, h3 { line-height: 1.2 }
h2 { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line) }
h3 { margin-top: 2rem }
.wide { overflow-x: auto; overflow-y: hidden }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .15rem 1.2rem .15rem 0; text-align: left; vertical-align: top; overflow-wrap: break-word }
th { font-weight: 600 }
td code, td a { white-space: nowrap }
.steps th, .steps td, .number { text-align: right; font-variant-numeric: tabular-nums }
code, figcaption, .quiet { color: var(--quiet); font-size: .9rem }
figure { margin: 1rem 0 }
img { max-width: 100%; height: auto; border: 1px solid var(--line) }
svg { max-width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: currentColor }
.pictures { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)) }
.judgement { padding: .5rem 1rem; border-left: .3rem solid #c60; background: var(--shade) }
math { font-size: 1.15em }
pre { margin: .5rem 0; padding: .6rem .8rem; background: var(--shade); font: .82rem/1.45 ui-monospace, monospace; white-space: pre-wrap }
.formula { padding: .3rem 0 }
.worked math { font-size: 1.05em }
.worked { padding-left: 1.5rem; text-indent: -1.5rem; font-size: .95rem; margin: .4rem 0 }
@media (max-width: 30rem) { th, td { padding-right: .6rem } .steps { font-size: .8rem } math { font-size: 1em } svg { min-width: 28rem }
  .facts th, .facts td { display: block; padding: 0; text-align: left } .facts tr { display: block; margin-bottom: .6rem } }
@media (min-width: 60rem) {
  .book { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 2.5rem }
  .book nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto } }
nav ul { list-style: none; padding-left: .8rem; margin: .2rem 0 }
nav { font-size: .85rem }
@media print { nav { display: none } .book { display: block } .wide { overflow: visible } math { font-size: 1rem }
  figure, table, pre, .worked, .formula { break-inside: avoid } img { max-width: 70% } body { max-width: none; padding: 0 }
  h2, h3, h4, article > .wide, .quiet:has(+ pre) { break-after: avoid } pre + .quiet { break-before: avoid } }
)";

}  // namespace

std::string element(const std::string& name, std::string_view text) {
    return "<" + name + ">" + escaped(text) + "</" + name.substr(0, name.find(' ')) + ">";
}

std::string html_page(const std::string& title, const std::string& body) {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
           element("title", title) + "\n<style>" + style + "</style>\n</head>\n<body>\n" + body +
           "</body>\n</html>\n";
}

}  // namespace autoencoder::cli
