#include "cli/patterns.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <set>

#include "autoencoder/random.hpp"
#include "autoencoder/text.hpp"
#include "base/patterns.hpp"
#include "base/remarks.hpp"
#include "base/utf8.hpp"
#include "cli/given_model.hpp"
#include "cli/judgement.hpp"
#include "cli/remarks.hpp"

namespace autoencoder::cli {
namespace {

constexpr std::uint64_t test_stream = 1u << 22;  // of a seed, beside those of a training

/// These patterns of a set, in this order.
Dataset chosen(const Dataset& from, std::span<const std::size_t> rows) {
    Dataset some = from;
    some.x = Matrix<float>(rows.size(), from.x.cols);
    some.y = Matrix<float>(from.y.rows > 0 ? rows.size() : 0, from.y.cols);
    some.labels.clear();
    for (std::size_t q = 0; q < rows.size(); ++q) {
        std::ranges::copy(from.x.row(rows[q]), some.x.row(q).begin());
        if (some.y.rows > 0) std::ranges::copy(from.y.row(rows[q]), some.y.row(q).begin());
        if (!from.labels.empty()) some.labels.push_back(from.labels[rows[q]]);
    }
    return some;
}

/// The first so many; 0: all.
Dataset first(Dataset from, std::size_t count) {
    if (count == 0 || count == from.x.rows) return from;
    if (count > from.x.rows) fail(from.name, "expected at least " + std::to_string(count) + " patterns, found " + std::to_string(from.x.rows));
    std::vector<std::size_t> rows(count);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return chosen(from, rows);
}

/// Takes a fraction of the patterns out of a set, in the order that they have there.
Dataset split_off(Dataset& from, double fraction, std::uint64_t seed) {
    const std::size_t N = from.x.rows, tests = std::size_t(std::lround(fraction * double(N)));
    if (tests == 0 || tests >= N)
        throw std::invalid_argument("--test-fraction: expected that of " + std::to_string(N) +
                                    " patterns some are left for the test and for the training, found '" +
                                    shortest(fraction) + "'");
    std::vector<std::size_t> order(N);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random(seed, test_stream).shuffle<std::size_t>(order);
    std::sort(order.begin(), order.begin() + std::ptrdiff_t(tests));
    std::sort(order.begin() + std::ptrdiff_t(tests), order.end());
    Dataset test = chosen(from, std::span(order).first(tests));
    from = chosen(from, std::span(order).subspan(tests));
    return test;
}

/// How a model's data were read.
ReadAs read_as_of(const Model& model) {
    ReadAs read_as;
    if (const Array* column = noted(model, "label_column")) read_as.label_column = column->text();
    if (const Array* image = noted(model, "image"))
        for (const std::int64_t side : image->integers()) {
            if (side < 1 || side > 1 << 20)
                fail(image->origin, "expected the sides of an image, found " + std::to_string(side));
            read_as.image.push_back(std::size_t(side));
        }
    return read_as;
}

Group& with_read_as(Group& group, ReadAs& read_as) {
    const char* help = "of a .csv: its name, number, or none";
    group.options.push_back({"--label-column", text(read_as.label_column, "NAME|N"), help, "", "label"});
    group.options.push_back({"--image", sides(read_as.image), "the shape of flat patterns", "", "none"});
    return group;
}

/// Refuses words where labels were numbers: which is which nobody can know.
void require_same_labels(const Dataset& data, const Understanding& as) {
    if (as.classes.empty() && !data.as.classes.empty())
        fail(data.name, "expected labels that are whole numbers from 0 on, as in the data that were trained on, found " + in_quotes(data.as.classes[0]));
}

/// Reads patterns as those were that a model was trained on.
void understand(Dataset& patterns, const Model& model) {
    Understanding as = understood_by(model);
    if (is_classifier(model)) require_same_labels(patterns, as);
    else add_new_classes(as, patterns);  // labels are only handed on
    read_alike(patterns, as, "; --label-column none reads no labels");
    if (!is_classifier(model) || !noted(model, "label_column") || !patterns.labels.empty()) return;
    for (const std::string& each : patterns.remarks)
        if (each.ends_with(remark::no_classes)) fail(patterns.name, each + ", as they were in the data that were trained on");
}

/// Options that nobody typed are those of other data.
void leave_out_words_on_options(Dataset& patterns) {
    std::erase_if(patterns.remarks, [](const std::string& each) { return each.starts_with("--"); });
}

}  // namespace

Sets load_sets(const Source& source, const Model* like) {
    Sets sets;
    ReadAs alike = source.read_as;
    Understanding as;
    if (like) {
        as = understood_by(*like);
        as.classes.clear();
        if (alike.image.empty()) alike.image = read_as_of(*like).image;
    }
    alike.columns = as.columns;
    sets.train = load_data(source.data, Split::train, source.count, alike);
    read_alike(sets.train, as);
    alike.columns = sets.train.as.columns;
    if (!sets.train.as.label_column.empty()) alike.label_column = sets.train.as.label_column;
    sets.apart = !source.test_data.empty() || source.test_fraction > 0 || sets.train.has_test;
    if (!source.test_data.empty()) {
        if (source.test_fraction > 0) throw std::invalid_argument("--test-fraction: contradicts --test-data");
        alike.inputs = sets.train.x.cols;
        sets.test = load_data(source.test_data, Split::test, 0, alike);
    } else if (source.test_fraction > 0) {
        if (sets.train.has_test) sets.train.remarks.push_back("its own test patterns are left out: --test-fraction");
        sets.test = split_off(sets.train, source.test_fraction, source.seed);
    } else {
        alike.label_column = source.read_as.label_column;
        sets.test = sets.apart ? load_data(source.data, Split::test, 0, alike) : sets.train;
    }
    if (source.read_as.label_column.empty()) leave_out_words_on_options(sets.test);
    if (!sets.train.labels.empty()) require_same_labels(sets.test, sets.train.as);
    read_alike(sets.test, sets.train.as);
    const std::string expected = source.test_data.empty() ? sets.test.name + ": expected test patterns, x_test," : "--test-data: expected patterns";
    if (sets.test.x.cols != sets.train.x.cols)
        throw std::invalid_argument(expected + " of " + std::to_string(sets.train.x.cols) + " numbers, found " + std::to_string(sets.test.x.cols));
    remark_on_image(sets.test, sets.train.image, "the training patterns are");
    remark_on_labels_among(sets.train);
    remark_on_ranges(sets.train, source.scaling != Scaling::none);
    sets.mark = mark_of(sets.train);
    if (sets.apart) sets.test_mark = mark_of(sets.test);
    if (sets.apart) remark_on_test(sets);
    if (const std::size_t known = sets.apart ? rows_in(sets.test.x, sets.train.x, sets.train.x.rows) : 0; 2 * known >= sets.test.x.rows)
        sets.train.remarks.push_back(grouped(known) + " of the " + grouped(sets.test.x.rows) + " test patterns are training patterns");
    sets.set_scale(scale_of(source.scaling, sets.train));
    return sets;
}

Group data_options(Source& source) {
    using enum Scaling;
    Group group{
        "data",
        {{"--data", text(source.data, "D"), "digits, mnist, fashion, folder, file"},
         {"--count", count(source.count, 1, "all"), "the first N training patterns"},
         {"--test-data", text(source.test_data, "D"), "patterns to judge by", "", "the data's own"},
         {"--test-fraction", real(source.test_fraction, "F", from_zero_below_one()),
          "of them, held out to judge by", "", "0"},
         {"--scale",
          choice(source.scaling, {none, unit, standard},
                 [](Scaling scaling) { return name(scaling); }),
          "none, unit (0 to 1), standard"}}};
    return with_read_as(group, source.read_as);
}

Source source_of(const Model& model, const std::string& path) {
    const Array* data = noted(model, "data");
    if (!data)
        throw std::invalid_argument("--data: expected a data set, found nothing, and " + path +
                                    " does not name one");
    Source source{data->text()};
    if (const Array* test = noted(model, "test_data")) source.test_data = test->text();
    if (const Array* fraction = noted(model, "test_fraction")) source.test_fraction = fraction->number();
    if (const Array* count = noted(model, "count")) source.count = std::size_t(count->integer());
    source.read_as = read_as_of(model);
    if (const Array* seed = noted(model, "seed")) source.seed = std::uint64_t(seed->integer());
    return source;
}

void note_origin(Model& model, const std::string& kind, const Source& source, const Sets& sets,
                 std::size_t patterns) {
    const auto note = [&](const char* key, Array value) {
        model.training.emplace_back(key, std::move(value));
    };
    note("kind", kind);
    note("data", source.data);
    if (!source.test_data.empty()) note("test_data", source.test_data);
    if (source.test_fraction > 0) note("test_fraction", source.test_fraction);
    const bool own = source.test_fraction > 0 || !sets.apart || !source.test_data.empty();  // the training patterns are the user's
    const std::string &named = sets.train.as.label_column, &column = named.empty() ? source.read_as.label_column : named;
    if (!column.empty()) note("label_column", column);
    if (const auto& image = source.read_as.image; !image.empty())
        note("image", Array({image.size()}, std::vector<std::int64_t>(image.begin(), image.end())));
    if (source.count > 0 && own) note("count", source.count);
    note("patterns", patterns);
    if (own) note("mark", sets.mark);
    if (!sets.test_mark.empty()) note("test_mark", sets.test_mark);
    note_understanding(model, sets.train.as);
    if (sets.scale.shift.empty()) return;
    note("scale_shift", Array({sets.scale.shift.size()}, sets.scale.shift));
    note("scale_factor", Array({sets.scale.factor.size()}, sets.scale.factor));
}

std::string Sets::judged_by() const {
    const std::size_t classes = std::set<int>(train.labels.begin(), train.labels.end()).size();
    return counted_patterns(test, tested()) + (classes == 0 ? "" : "; " + grouped(classes) + (classes == 1 ? " class" : " classes"));
}

// The patterns of a command ----------------------------------------------------------------------

Group pattern_options(PatternChoice& choice, const std::string& data) {
    Group group{"patterns",
                {{"--data", text(choice.data, "D"), "digits, mnist, fashion, folder, file", "", data},
                 {"--split", either(choice.train, "test", "train"), "which of its two parts"},
                 {"--count", count(choice.count, 1, "all"), "the first N patterns"}}};
    return with_read_as(group, choice.read_as);
}

Group noise_options(Disturbance& noise, const std::string& fallback) {
    return {"noise, put on the patterns first, in the model's scale",
            {{"--noise", autoencoder::cli::noise(noise.corruption),
              "masking:P, salt-pepper:P, gaussian:S", "denoise", fallback},
             {"--seed", seed(noise.seed), "of the noise"}}};
}

Corruption trained_noise(const Model& model) {
    const Array* trained = noted(model, "noise");
    if (!trained) return {};
    try {
        return corruption_of(trained->text());
    } catch (const std::invalid_argument& error) {
        fail(trained->origin, error.what());
    }
}

std::string counted_patterns(const Dataset& patterns, std::string words) {
    words.pop_back();
    return counted(patterns.x.rows, words.c_str());
}

Dataset load_patterns(PatternChoice& choice, const Model& model, const std::string& path,
                      const std::string& out) {
    const Split split = choice.train ? Split::train : Split::test;
    Source source = choice.data.empty() ? source_of(model, path) : Source{choice.data};
    if (!out.empty()) require_other_file(out, {source.data, source.test_data});
    if (!choice.data.empty()) source.read_as = read_as_of(model);
    if (!choice.read_as.image.empty()) source.read_as.image = choice.read_as.image;
    if (!choice.read_as.label_column.empty()) source.read_as.label_column = choice.read_as.label_column;
    source.read_as.columns = understood_by(model).columns;
    const bool other = !choice.train && !source.test_data.empty();
    Dataset patterns;
    if (source.test_fraction > 0) {
        Sets sets = load_sets(source, &model);
        if (has_changed(model, sets.mark) || has_changed(model, sets.test_mark, "test_mark"))
            fail(source.data, "these are not the patterns any more that " + path +
                                  " was trained on: which were held out cannot be told; --data names patterns to judge by");
        patterns = first(std::move(choice.train ? sets.train : sets.test), choice.count);
        understand(patterns, model);
    } else {
        if (other) source.data = source.test_data;
        const bool may_lack = !choice.data.empty() && choice.read_as.label_column.empty();
        if (may_lack) source.read_as.inputs = model.network.inputs;
        patterns = load_data(source.data, split, choice.count, source.read_as);
        understand(patterns, model);
        const bool trained = choice.train || !(other || patterns.has_test);
        if (trained && choice.count == 0) patterns = first(std::move(patterns), source.count);
        if (choice.count == 0 && choice.data.empty() && has_changed(model, mark_of(patterns), trained ? "mark" : "test_mark"))
            patterns.remarks.push_back("these are not the patterns any more that " + path + (trained ? " was trained on" : " was judged by"));
    }
    if (choice.read_as.label_column.empty() && choice.read_as.image.empty()) leave_out_words_on_options(patterns);
    const bool apart = other || source.test_fraction > 0 || patterns.has_test;
    choice.words = choice.train || !apart ? "training patterns" : "test patterns";
    const Array* learnt = choice.data.empty() && choice.words == "training patterns" && choice.count == 0 ? noted(model, "patterns") : nullptr;
    if (learnt && learnt->integer() > 0 && std::size_t(learnt->integer()) < patterns.x.rows && !has_changed(model, mark_of(patterns)))
        patterns.remarks.push_back("the last " + grouped(patterns.x.rows - std::size_t(learnt->integer())) + " of them were held out of the training");
    if (!choice.data.empty() && !apart) {
        choice.words = "patterns";
        if (choice.train) patterns.remarks.push_back("--split has no effect: they have no test patterns of their own");
        std::error_code absent;
        const Array* trained = noted(model, "data");
        if (trained && std::filesystem::equivalent(choice.data, trained->text(), absent))
            patterns.remarks.push_back(path + " was trained on these, or on some of them");
    }
    if (patterns.x.cols != model.network.inputs)
        fail(patterns.name, "expected patterns of " + std::to_string(model.network.inputs) + " numbers, as " +
                                path + " takes, found " + std::to_string(patterns.x.cols));
    remark_on_image(patterns, image_of(model), path + " takes");
    const Scale scale = scale_of(model);
    for (Matrix<float>* each : {&patterns.x, &patterns.y}) scale.apply(*each);
    return patterns;
}

}  // namespace autoencoder::cli
