#include "fuzz/targets.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "autoencoder/conformance.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "base/bytes.hpp"
#include "base/crc32.hpp"
#include "base/formats.hpp"
#include "base/gzip.hpp"
#include "base/inflate.hpp"
#include "base/npy.hpp"
#include "base/patterns.hpp"
#include "diagnosis/theirs.hpp"
#include "diagnosis/vectors.hpp"
#include "exchange/names.hpp"
#include "io/foreign.hpp"
#include "io/scratch.hpp"
#include "picture/deflate.hpp"

namespace autoencoder::fuzz {

const Scratch& scratch() {
    static const Scratch folder;
    return folder;
}

Archive small_data() {
    Matrix<float> x(6, 4);
    for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = float(i % 5) / 5;
    Archive data;
    data.add("x", x);
    data.add("labels", Array({6}, std::vector<std::int64_t>{0, 1, 0, 1, 0, 1}));
    return data;
}

namespace {

Bytes npz_of(const Archive& archive) {
    const std::string path = scratch().path("seed.npz");
    write_npz(path, archive);
    return read_file(path);
}

/// The numbers of an archive, without its texts.
Archive numbers_of(Archive archive) {
    std::erase_if(archive.entries, [](const auto& entry) { return entry.second.is_text(); });
    return archive;
}

std::vector<Case> all_cases() {
    std::vector<Case> cases;
    for (const diagnosis::TestVector& vector : diagnosis::test_vectors())
        cases.push_back(read_case(vector.archive));
    return cases;
}

void read_data(const Archive& archive) {
    for (const Split split : {Split::train, Split::test}) {
        try {
            from_archive(archive, split, 0);
        } catch (const std::runtime_error&) {
            if (split == Split::test) throw;
        }
    }
}
Target data_target(const std::string& name, const std::string& file, std::vector<Bytes> seeds) {
    return {name, [file](ByteView bytes) { read_data(decode_archive(bytes, file)); },
            std::move(seeds)};
}

Archive images() {
    Archive keras;
    keras.add("x_train", Array({2, 1, 2, 3}, std::vector<std::uint8_t>(12, 9)));
    keras.add("y_train", Array({2, 1}, std::vector<double>{1, 0}));
    keras.add("x_test", Array({1, 1, 2, 3}, std::vector<std::int64_t>(6, 255)));
    keras.add("note", Array(std::vector<std::string>{"a", "ü"}));
    return keras;
}

/// A gzip file of one member.
Bytes gzip_of(ByteView content) {
    const Bytes whole = zlib_compress(content);  // with two bytes before and four after
    Bytes file = from_hex("1f8b0800000000000003");
    file.insert(file.end(), whole.begin() + 2, whole.end() - 4);
    append_little<std::uint32_t>(file, crc32(content));
    append_little<std::uint32_t>(file, std::uint32_t(content.size()));
    return file;
}

std::vector<Target> all_targets() {
    std::vector<Target> targets;
    const auto cases = std::make_shared<std::vector<Case>>(all_cases());
    const auto read_in = [](ByteView bytes) {
        read_case(decode_archive(bytes, "case", means_something));
    };
    const auto read_out = [cases](ByteView bytes) {  // the first byte says of which case
        if (bytes.empty()) return;
        const Case& c = (*cases)[bytes[0] % cases->size()];
        diagnosis::read_theirs(c,
                               decode_archive(bytes.subspan(1), "theirs", diagnosis::wanted_of(c)));
    };
    Target npz{"case", read_in, {}}, mat{"case-mat", read_in, {}},
        tensors{"case-safetensors", read_in, {}};
    Target theirs{"theirs", read_out, {}};
    Target model{
        "model",
        [](ByteView bytes) { read_model(decode_npz(bytes, "model.npz", means_something)); },
        {}};
    const std::vector<diagnosis::TestVector> vectors = diagnosis::test_vectors();
    for (std::size_t k = 0; k < vectors.size(); ++k) {
        const Archive& archive = vectors[k].archive;
        const Case& c = (*cases)[k];
        npz.seeds.push_back(npz_of(archive));
        for (const bool compressed : {false, true})
            mat.seeds.push_back(test::mat_file(archive, compressed));
        tensors.seeds.push_back(test::safetensors_file(numbers_of(archive)));
        for (Bytes results :
             {npz_of(compute_terms(c)), test::mat_file(numbers_of(compute_terms(c)), false),
              test::safetensors_file(numbers_of(compute_terms(c)))}) {
            results.insert(results.begin(), std::uint8_t(k));
            theirs.seeds.push_back(results);
        }
        save_model(scratch().path("model.npz"),
                   {c.network, c.theta, 2, 2, {{"kind", Array("sparse")}}});
        model.seeds.push_back(read_file(scratch().path("model.npz")));
    }
    targets = {npz, mat, tensors, theirs, model};
    targets.push_back(
        data_target("data-npz", "data.npz", {npz_of(small_data()), npz_of(images())}));
    targets.push_back(
        data_target("data-mat", "data.mat",
                    {test::mat_file(small_data(), false), test::mat_file(small_data(), true)}));
    targets.push_back(data_target("data-safetensors", "data.safetensors",
                                  {test::safetensors_file(small_data())}));
    targets.push_back(
        {"csv",
         [](ByteView bytes) {  // the first line is what --label-column says
             const auto end = std::find(bytes.begin(), bytes.end(), '\n');
             const std::size_t table = std::min(bytes.size(), std::size_t(end - bytes.begin()) + 1);
             const std::string column(bytes.begin(), end);
             const auto read = [&](const TableAs& as) { read_data(decode_table(bytes.subspan(table), "data", "data.csv", as)); };
             const auto try_to_read = [&](const TableAs& as) {
                 try {
                     read(as);
                 } catch (const std::runtime_error&) {  // the next may be read
                 }
             };
             try_to_read({column, TableOf::patterns});
             try_to_read({column, TableOf::patterns, {"b", "a"}});
             try_to_read({"", TableOf::folder_labels});
             read({column});
         },
         {bytes_of("\nlabel,a,b\n1,0.5,2e-3\n0,-3,4\n"), bytes_of("\n0.5 2e-3\n% words\n-3 4\n"),
          bytes_of("\n\xEF\xBB\xBF\"\";\"x\"\r\n1;nan\r\n2;0x1p3\r\n"),
          bytes_of("\n0;1;2\r0,5;1;2\r3;NA;4"), bytes_of("none\n,0,y\n1,2,-1\n0,3,1\n"),
          bytes_of("kind\na\tKind\n1\tcat\n2\tdog\n"), bytes_of("1\ncat,1\ndog,2\n")}});
    const Bytes idx = from_hex("000008030000000200000001000000030102030405ff");
    targets.push_back(data_target("idx", "images",
                                  {idx, from_hex("00000d02000000020000000140000000bf800000"),
                                   from_hex("00000801000000020103")}));
    Target npy = data_target("npy", "x.npy", {encode_npy(Matrix<float>(2, 3))});
    for (const auto& [key, array] : images().entries) npy.seeds.push_back(encode_npy(array));
    targets.push_back(npy);
    targets.push_back(data_target(
        "gzip", "x.gz",
        {gzip_of(idx), gzip_of(bytes_of("1,2\n3,4\n")), gzip_of(encode_npy(Matrix<float>(2, 3)))}));
    targets.push_back(
        {"inflate", [](ByteView bytes) { inflate_up_to(bytes, 1 << 16, "stream"); }, {}});
    for (const Bytes& seed :
         {idx, bytes_of("aaaaaaaaaaaaaaaaaaaaaaaabcbcbcbcbcbcbcbcbc"), npz_of(images())}) {
        const Bytes whole = zlib_compress(seed);
        targets.back().seeds.emplace_back(whole.begin() + 2, whole.end() - 4);
    }
    add_commands(targets);
    return targets;
}

}  // namespace

const std::vector<Target>& targets() {
    static const std::vector<Target> all = all_targets();
    return all;
}

const std::vector<std::string>& dictionary() {
    static const std::vector<std::string> words = [] {
        std::vector<std::string> all = {"PK\x01\x02",
                                        "PK\x03\x04",
                                        "PK\x05\x06",
                                        "PK\x06\x06",
                                        "PK\x06\x07",
                                        "\x93NUMPY",
                                        "<f4",
                                        "<f8",
                                        ">f8",
                                        "<i8",
                                        "|u1",
                                        "|b1",
                                        "|S9",
                                        "<U4",
                                        "<f2",
                                        "'descr'",
                                        "'fortran_order': True",
                                        "'shape': (",
                                        "MATLAB 5.0",
                                        "\"dtype\"",
                                        "\"shape\"",
                                        "\"data_offsets\"",
                                        "__metadata__",
                                        "BF16",
                                        "18446744073709551615",
                                        "9223372036854775807",
                                        "4294967295",
                                        "1e308",
                                        "nan",
                                        "inf",
                                        "-0"};
        for (const diagnosis::TestVector& vector : diagnosis::test_vectors())
            for (const auto& [key, array] : vector.archive.entries) {
                all.push_back(key);
                if (array.is_text()) all.push_back(array.text());
            }
        for (const char* name : {"theta",          "visibleSize",   "hiddenSize",
                                 "lambda",         "sparsityParam", "beta",
                                 "data",           "x_train",       "labels",
                                 "encoder.weight", "decoder.bias",  "grad",
                                 "W1grad",         "cost",          "rho1",
                                 "delta2",         "epsilon",       "layer1",
                                 "conv",           "deconv",        "training_image_height",
                                 "sparse_layers",  "activation",    "output_pad1"})
            all.push_back(name);
        return all;
    }();
    return words;
}

}  // namespace autoencoder::fuzz
