#include "exchange/reading.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "base/numbers.hpp"
#include "base/utf8.hpp"
#include "exchange/keys.hpp"

namespace autoencoder {
namespace {

/// Our key, and what others call it in lower case, without dashes and lines.
struct Synonyms {
    std::string_view key, names;
};

constexpr Synonyms of_cases[] = {
    {"weight_penalty", "lambda lam lmbda lambd lamda weightdecay weightdecayparam decay l2 reg"},
    {"sparsity_target",
     "sparsityparam sparsityparameter rho rhobar rho0 sparsity targetactivation"},
    {"sparsity_weight", "beta gamma sparsitypenalty"},
    {"x", "x data patterns input inputs images xtrain traindata features patches"},
    {"y", "y target targets"},
    {"labels", "label classes"},
    {"eps", "epsilon noise"},
    {"visibleSize", "visiblesize visible nvisible inputsize"},
    {"hiddenSize", "hiddensize hidden nhidden hiddenunits"},
    {"theta", "theta params"},
};
constexpr Synonyms of_results[] = {
    {"cost", "j loss objective totalcost totalloss jsparse costtotal fval"},
    {"cost_data", "datacost jdata reconstructioncost"},
    {"cost_weight_penalty", "weightcost jweight regcost weightdecaycost costweightdecay"},
    {"cost_sparsity", "sparsitycost jsparsity klcost"},
    {"cost_kl", "kld klloss"},
    {"rho1", "rho rhohat meanactivity meanactivation avgactivation averageactivation"},
    {"kl1", "kl kldiv kldivergence"},
    {"grad", "grad gradient gradients thetagrad gradtheta dtheta"},
    {"y_hat", "yhat xhat output outputs recon reconstruction ypred pred prediction"},  // the last one
};
constexpr Synonyms of_layers[] = {
    {"s", "s z net preact"}, {"h", "h a act activation"}, {"delta", "delta d error"}};

constexpr struct {
    std::string_view words;
    unsigned means;
} of_parameters[] = {
    {"w weight weights", ParameterName::weights},
    {"kernel", ParameterName::weights | ParameterName::inputs_first},  // Keras's is (in, out)
    {"b bias biases", ParameterName::biases},
    {"grad grads gradient gradients g d dj dl dc de jd ld nabla", ParameterName::gradient},
    {"dw gw gradw", ParameterName::gradient | ParameterName::weights},
    {"db gb gradb", ParameterName::gradient | ParameterName::biases},
    {"enc encoder encode hidden hid in input", ParameterName::encoder},
    {"dec decoder decode output out visible vis", ParameterName::decoder},
    {"wenc", ParameterName::weights | ParameterName::encoder},
    {"wdec", ParameterName::weights | ParameterName::decoder},
    {"benc bhid", ParameterName::biases | ParameterName::encoder},
    {"bdec bvis", ParameterName::biases | ParameterName::decoder},
    {"fc linear lin dense layer layers l net network model module mlp seq sequential ae "
     "autoencoder conv deconv",
     0},
};

/// Whether it is one of the words between spaces.
bool among(std::string_view word, std::string_view words) {
    const std::string all = " " + std::string(words) + " ";
    return all.find(" " + std::string(word) + " ") != all.npos;
}

/// Runs of letters, in lower case, and of digits: "encoder.0.gradW" → encoder, 0, grad, w.
std::vector<std::string> words_in(std::string_view name) {
    std::vector<std::string> words;
    char before = ' ';
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c), last = static_cast<unsigned char>(before);
        const bool letter = std::isalpha(byte) || byte >= 0x80, digit = std::isdigit(byte) != 0;
        const bool after_letter = std::isalpha(last) || last >= 0x80;
        before = c;
        if (!letter && !digit) continue;
        const bool goes_on = digit ? std::isdigit(last) != 0
                                   : after_letter && !(std::isupper(byte) && std::islower(last));
        if (!goes_on) words.emplace_back();
        words.back() += char(std::tolower(byte));
    }
    return words;
}

std::string plain(std::string_view name) {
    std::string result;
    for (const std::string& word : words_in(name)) result += word;
    return result;
}

std::string_view key_in(std::span<const Synonyms> table, std::string_view name) {
    const std::string word = plain(name);
    for (const auto& [key, names] : table)
        if (key == name || (!word.empty() && among(word, names))) return key;
    return {};
}

}  // namespace

std::string_view case_key(std::string_view name) { return key_in(of_cases, name); }
std::string_view result_key(std::string_view name) { return key_in(of_results, name); }

std::optional<std::pair<std::string_view, std::size_t>> layer_key(std::string_view name) {
    const std::vector<std::string> words = words_in(name);
    if (words.size() != 2 || words[1].size() > 3 ||
        !std::isdigit(static_cast<unsigned char>(words[1][0])))
        return std::nullopt;
    const std::string_view key = key_in(of_layers, words[0]);
    if (key.empty()) return std::nullopt;
    return std::pair(key, std::size_t(std::stoul(words[1])));
}

std::optional<ParameterName> parameter_name(std::string_view name) {
    constexpr unsigned kinds = ParameterName::weights | ParameterName::biases;
    ParameterName result;
    name = name.substr(0, name.rfind(':'));  // of TensorFlow's "kernel:0"
    for (const std::string_view by : {"dJ", "dL", "dE"}) {
        if (!name.starts_with(by)) continue;
        name.remove_prefix(2);
        result.means |= ParameterName::gradient;
    }
    for (const std::string& word : words_in(name)) {
        std::size_t number = 0;
        const char* end = word.data() + word.size();
        if (std::from_chars(word.data(), end, number).ptr == end) {
            result.direct = result.numbers.empty() && result.side() == 0 && (result.means & kinds);
            result.numbers.push_back(number);
            continue;
        }
        const auto known = std::find_if(std::begin(of_parameters), std::end(of_parameters),
                                        [&](const auto& each) { return among(word, each.words); });
        if (known == std::end(of_parameters) || (result.means & known->means & kinds))
            return std::nullopt;
        result.direct &= known->means == ParameterName::gradient;  // of W1grad
        result.means |= known->means;
        if (known->means == 0) result.words += word;
    }
    const unsigned kind = result.means & kinds;
    if ((kind != ParameterName::weights && kind != ParameterName::biases) ||
        (result.numbers.empty() && result.side() == 0))
        return std::nullopt;
    result.direct &= result.words.empty();
    return result;
}

std::vector<std::string> keys_of(const std::vector<ParameterName>& names, std::size_t L) {
    std::vector<std::pair<int, std::vector<std::size_t>>> layers;
    bool direct = true;
    std::size_t least = 1;
    for (const ParameterName& name : names) {
        direct &= name.direct;
        if (name.direct) least = std::min(least, name.numbers[0]);
        layers.emplace_back(name.side(), name.numbers);
    }
    std::sort(layers.begin(), layers.end());
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
    std::vector<std::string> keys;
    for (const ParameterName& name : names) {
        std::size_t l = 0;
        if (direct)
            l = name.numbers[0] + (least == 0 ? 1 : 0);
        else if (L == 0 || layers.size() == L)
            l = 1 + std::size_t(std::find(layers.begin(), layers.end(),
                                          std::pair(name.side(), name.numbers)) -
                                layers.begin());
        else if (L == 2 && name.side() != 0)
            l = name.side() < 0 ? 1 : 2;
        keys.push_back(l == 0 ? "" : numbered(name.bias() ? "b" : "W", l));
    }
    return keys;
}

Array rolled(std::span<const double> values, const Array::Shape& shape, bool first_fastest,
             const std::string& origin) {
    std::vector<double> to(values.begin(), values.end());
    FirstFastest each(shape);
    for (std::size_t i = 0; first_fastest && i < values.size(); ++i, each.next())
        to[each.place()] = values[i];
    Array result(shape, std::move(to));
    result.origin = origin;
    return result;
}

void Reading::take(const std::string& key, const std::string& ours, Array array) {
    if (key != ours) {
        if (result.archive.find(ours))
            fail(array.origin, "expected one array for " + ours + ", found another before");
        read.push_back(in_quotes(key) + " as " + ours);
    }
    result.archive.entries.emplace_back(ours, std::move(array));
}

void Reading::leave(const std::string& key, const std::string& why) {
    const auto same = [&](const auto& each) { return each.first == why; };
    auto at = std::find_if(aside.begin(), aside.end(), same);
    if (at == aside.end()) at = aside.insert(aside.end(), {why, {}});
    at->second.push_back(in_quotes(key));
}

Understood Reading::finish(const Archive& from) {
    std::vector<std::string>& remarks = result.remarks;
    result.archive.origin = from.origin;
    if (!read.empty()) {
        read[0].insert(read[0].find(" as "), " is read");
        remarks.insert(remarks.begin(), listed(read, " and "));
    }
    for (const auto& [why, keys] : aside)
        remarks.push_back(listed(keys, " and ") + (keys.size() == 1 ? " is " : " are ") + why);
    for (const std::string& what : from.left_out) remarks.push_back("left out: " + what);
    return std::move(result);
}

}  // namespace autoencoder
