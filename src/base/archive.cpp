// Which format a file is in, by its first bytes; and folders, in which every file is an array.
#include "autoencoder/npz.hpp"

#include "autoencoder/error.hpp"
#include "base/fields.hpp"
#include "base/formats.hpp"
#include "base/gzip.hpp"
#include "base/npy.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <utility>

namespace autoencoder {
namespace {

namespace fs = std::filesystem;

/// What is known, but not read, and what to do instead.
constexpr struct {
    std::string_view begins, words;
} others[] = {
    {"\x89HDF", "HDF5, as -v7.3 and Keras write it: in MATLAB save with -v7, in Python with numpy.savez"},
    {"MATLAB 7.3", "a .mat file of version 7.3: save with -v7"},
    {"# Created by Octave", "Octave's text format: save with -v7"},
    {"Octave-1-", "Octave's binary format: save with -v7"},
    {"<!", "a web page or XML: the download did not give the file itself"},
    {"<?", "a web page or XML: the download did not give the file itself"},
    {"<h", "a web page: the download did not give the file itself"},
    {"version https://git-lfs", "a pointer of Git LFS: `git lfs pull` fetches the file itself"},
    {"{", "JSON: save numbers with numpy.savez"},
    {"\x80", "a Python pickle: save with numpy.savez"},
    {"\xFF\xFE", "text in UTF-16: save it as UTF-8"},
    {"\xFE\xFF", "text in UTF-16: save it as UTF-8"},
    {"BZh", "a file compressed by bzip2: unpack it first"},
    {"\xFD\x37zXZ", "a file compressed by xz: unpack it first"},
};

Archive alone(Array array, const std::string& key) {
    Archive archive;
    archive.origin = array.origin;
    archive.entries.emplace_back(key, std::move(array));
    return archive;
}

Archive decode(ByteView file, const std::string& key, const std::string& path, const Wanted& wanted,
               TableAs& as) {
    const std::string_view begin(reinterpret_cast<const char*>(file.data()), file.size());
    if (begin.starts_with("\x93NUMPY")) return alone(decode_npy(file, path), key);
    if (begin.starts_with("PK") && begin.substr(0, 200).find("/data.pkl") != begin.npos)
        fail(path, "expected arrays, found a file of torch.save: save with numpy.savez");
    if (begin.starts_with("PK") && begin.find("xl/workbook.xml") != begin.npos)
        fail(path, "expected arrays, found an Excel workbook: save it as CSV");
    if (begin.starts_with("PK")) return decode_npz(file, path, wanted);
    if (is_safetensors(file)) return decode_safetensors(file, path, wanted);
    const std::string_view words =
        begin.substr(std::min(begin.find_first_not_of(" \r\n\t"), begin.size()));
    for (const auto& other : others)
        if (begin.starts_with(other.begins) || words.starts_with(other.begins))
            fail(path, "expected arrays, found " + std::string(other.words));
    if (file.size() >= 516 && begin.substr(512).starts_with("\x89HDF"))
        fail(path, "expected arrays, found a .mat file of version 7.3: save with -v7");
    if (is_mat(file)) return decode_mat(file, path, wanted);
    if (file.size() >= 4 && file[0] == 0 && file[1] == 0) return alone(decode_idx(file, path), key);
    const std::string_view page = begin.substr(0, 4096);
    const bool is_text =
        std::none_of(page.begin(), page.end(), [](char c) { return std::uint8_t(c) < 9; });
    if (is_text && !words.empty())
        return decode_table(file, key, path, {std::exchange(as.label_column, ""), as.of, as.columns, {}, as.inputs, as.keys});
    fail(path,
         "expected arrays of NumPy (.npy, .npz), MATLAB (.mat), safetensors, IDX or CSV, found " +
             std::string(file.empty() ? "an empty file" : "something else"));
}

Archive with_different_names(Archive archive) {
    std::map<std::string_view, const Array*> names;
    for (const auto& [key, array] : archive.entries)
        if (const auto [first, is_new] = names.emplace(key, &array); !is_new)
            fail(archive.origin, "expected different names, found " + in_quotes(key) + " twice: " + first->second->origin +
                                     " and " + array.origin);
    return archive;
}

/// As decode_archive (formats.hpp), with what a table has. Takes the label column where it is used.
Archive decode_whole(ByteView file, const std::string& path, const Wanted& wanted, TableAs& as) {
    std::string key = fs::path(path).stem().string();
    Bytes unpacked;
    if (file.size() >= 2 && file[0] == 0x1F && file[1] == 0x8B) {
        file = unpacked = gunzip(file, path);
        if (path.ends_with(".gz")) key = fs::path(key).stem().string();
    }
    return with_different_names(decode(file, key, path, wanted, as));
}

/// What a table in a folder is. The number of a label column is one of the labels' file, where there is one.
TableAs of_folder(const TableAs& folder, const std::string& key, bool has_labels) {
    if (folder.of == TableOf::numbers) return {};
    const std::string& column = folder.label_column;
    if (folder.are_labels && folder.are_labels(key))
        return {column == "none" ? "" : column, TableOf::folder_labels, folder.columns, {}, folder.inputs, {}};
    const bool is_number = !column.empty() && column.find_first_not_of("0123456789") == column.npos;
    return {is_number && has_labels ? "" : column, TableOf::folder_patterns, folder.columns, {}, folder.inputs, folder.keys};
}

/// Keys of the files in a folder: KEY.npy.
Archive read_folder(const std::string& path, const Wanted& wanted, TableAs& as) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    const auto are_labels = [&](const fs::path& file) { return as.are_labels && as.are_labels(fs::path(file.stem()).stem().string()); };
    const bool has_labels = std::stable_partition(files.begin(), files.end(), are_labels) != files.begin();  // they say how rows are called
    const bool has_training_labels = std::ranges::any_of(files, [&](const fs::path& each) { return are_labels(each) && each.stem().string().find("test") == std::string::npos; });
    bool used = false;
    Archive archive;
    archive.origin = path;
    for (const fs::path& file : files) {
        const std::string name = file.filename().string();
        const fs::path plain = name.ends_with(".gz") ? file.stem() : file.filename();
        const std::string ending = lower_case(plain.extension().string());
        const bool is_table = ending == ".csv" || ending == ".tsv";
        if (ending != ".npy" && !is_table) {
            if (!name.starts_with("."))
                archive.left_out.push_back(in_quotes(name) + ", no .npy or .csv");
            continue;
        }
        const std::string key = plain.stem().string();
        if (!takes(archive, key, wanted)) continue;
        TableAs table = of_folder(as, key, has_labels);
        Archive one = decode_whole(read_file(file.string()), file.string(), {}, table);
        if (has_training_labels && table.of == TableOf::folder_patterns && std::erase_if(one.entries, [](const auto& entry) { return entry.first == "labels"; }) > 0)
            one.remarks.push_back(in_quotes(name) + " has labels, and is read without: there are others in a file of their own");
        used |= one.find("labels") || (table.of == TableOf::folder_labels && is_table);
        for (std::size_t i = 0; are_labels(file) && i < one.entries.size(); ++i)
            for (const RowNames& each : one.entries[i].second.rows) as.keys.push_back(each.called);
        std::move(one.entries.begin(), one.entries.end(), std::back_inserter(archive.entries));
        std::move(one.remarks.begin(), one.remarks.end(), std::back_inserter(archive.remarks));
        std::move(one.left_out.begin(), one.left_out.end(), std::back_inserter(archive.left_out));
    }
    if (used) as.label_column.clear();
    if (archive.entries.empty() && archive.unread.empty())
        fail(path,
             "expected files named KEY.npy or KEY.csv, or IDX files named as MNIST's, found none");
    return with_different_names(std::move(archive));
}

}  // namespace

Archive decode_archive(ByteView file, const std::string& path, const Wanted& wanted) {
    TableAs as;
    return decode_whole(file, path, wanted, as);
}

Archive read_archive(const std::string& path, const Wanted& wanted, const TableAs& table) {
    std::error_code error;
    TableAs as = table;
    Archive archive = fs::is_directory(path, error) ? read_folder(path, wanted, as)
                                                    : decode_whole(read_file(path), path, wanted, as);
    remark::on_unused(as.label_column, archive.remarks);
    return archive;
}

}  // namespace autoencoder
