// Tables in a folder: patterns in one, their labels or what they shall become in another.
#include <doctest/doctest.h>

#include "autoencoder/data.hpp"
#include "autoencoder/text.hpp"
#include "base/patterns.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;

TEST_SUITE("data sets: folders") {
    TEST_CASE("a folder's labels may be words, one a line, under a name or none") {
        const Scratch scratch;
        scratch.put("x.csv", bytes_of("a,b\n1,2\n3,4\n"));
        for (const char* labels : {"label\nDog\nCat\n", "kind\nDog\nCat\n", "0\nDog\nCat\n", ",kind\n0,Dog\n1,Cat\n", ",0\n0,Dog\n1,Cat\n"}) {
            scratch.put("labels.csv", bytes_of(labels));
            const Dataset data = load_data(scratch.folder.string(), Split::train);
            CHECK(data.labels == std::vector<int>{1, 0});
            CHECK(data.as.classes == std::vector<std::string>{"Cat", "Dog"});
            CHECK(data.as.columns == std::vector<std::string>{"a", "b"});
        }
    }

    TEST_CASE("a folder's table is read by its names too, and its labels are the column that is called so") {
        const Scratch trained, other;
        trained.put("x.csv", bytes_of("a,b\n1,2\n3,4\n"));
        const Dataset first = load_data(trained.folder.string(), Split::train);
        const auto alike = [&](const std::string& text) {
            other.put("x.csv", bytes_of(text));
            return load_data(other.folder.string(), Split::train, 0, {.columns = first.as.columns});
        };
        const Dataset turned = alike("b,id,A\n6,100,5\n8,101,7\n");
        CHECK(std::vector(turned.x.values.begin(), turned.x.values.end()) == std::vector<float>{5, 6, 7, 8});
        CHECK(turned.remarks.size() == 2);
        CHECK(alike("6,5\n").x(0, 0) == 6);
        CHECK(contains(complaint([&] { alike("a,c\n5,6\n"); }), "x.csv: expected a column 'b'"));
        other.put("x.csv", bytes_of("a,b\n1,2\n3,4\n"));
        for (const char* labels : {"file,label\nim0.png,Dog\nim1.png,Cat\n", "file,label\n7,1\n8,0\n"}) {
            other.put("labels.csv", bytes_of(labels));
            const Dataset data = load_data(other.folder.string(), Split::train);
            CHECK(data.labels == std::vector<int>{1, 0});
            CHECK(data.x.cols == 2);
            CHECK(contains(listed(data.remarks, "; "), "left out: all columns of labels but 'label'"));
        }
        other.put("labels.csv", bytes_of("Dog\nCat\nDog\nCat\n"));
        CHECK(contains(complaint([&] { load_data(other.folder.string(), Split::train); }),
                       "expected 2 labels, one for each pattern, found 4"));
    }

    TEST_CASE("tables called train and test are those, with the labels in them") {
        const Scratch scratch;
        scratch.put("train.csv", bytes_of("label,a,b\n1,2,3\n0,4,5\n"));
        scratch.put("test.csv", bytes_of("a,b\n6,7\n"));
        const auto read = [&](Split split) { return load_data(scratch.folder.string(), split); };
        CHECK(read(Split::train).labels == std::vector<int>{1, 0});
        CHECK(read(Split::test).x(0, 0) == 6);
        CHECK(read(Split::test).labels.empty());
        CHECK(read(Split::train).has_test);
        scratch.put("test.csv", bytes_of("label,a,b\n1,6,7\n"));
        CHECK(read(Split::test).labels == std::vector<int>{1});
        CHECK(read(Split::train).labels == std::vector<int>{1, 0});
        for (const Split alone : {Split::train, Split::test})
            CHECK(load_data((scratch.folder / "test.csv").string(), alone).labels == std::vector<int>{1});
    }

    TEST_CASE("rows with numbers or names belong together by them, or are refused") {
        const Scratch scratch;
        const auto read = [&](const char* x, const char* labels) {
            scratch.put("x.csv", bytes_of(x));
            scratch.put("y.csv", bytes_of(labels));
            return load_data(scratch.folder.string(), Split::train);
        };
        const char* shuffled = ",a,b\n4,0.5,1\n2,0.25,0\n";
        CHECK(read(shuffled, ",label\n4,1\n2,0\n").labels == std::vector<int>{1, 0});
        CHECK(read(shuffled, ",label\n2,0\n4,1\n").labels == std::vector<int>{1, 0});
        CHECK(contains(complaint([&] { read(shuffled, ",label\n2,0\n3,1\n"); }), "by its number or name, found none for '4'"));
        CHECK(read(shuffled, "label\n1\n0\n").labels == std::vector<int>{1, 0});
        CHECK(read(shuffled, ",a,b\n2,1,1\n4,0,0\n").y(0, 0) == 0);
        const char* with_ids = "id,a,b\n4,0.5,1\n2,0.25,0\n";
        const Dataset by_id = read(with_ids, "id,label\n4,1\n2,0\n");
        CHECK(by_id.labels == std::vector<int>{1, 0});
        CHECK(by_id.as.columns == std::vector<std::string>{"a", "b"});
        CHECK(read(with_ids, "ID,label\n2,0\n4,1\n").labels == std::vector<int>{1, 0});
        const char* with_words = "sample_id,a,b\ns4,0.5,1\ns2,0.25,0\n";
        const char *patients = "patient,a\nP3,0.5\nP1,0.25\nP2,1\n", *diagnoses = "patient,diagnosis\nP1,no\nP2,no\nP3,yes\n";
        CHECK(read(patients, diagnoses).labels == std::vector<int>{1, 0, 0});
        CHECK(read(patients, "patient,diagnosis\nP0,maybe\nP1,no\nP2,no\nP3,yes\n").labels == std::vector<int>{1, 0, 0});
        CHECK(contains(complaint([&] { read(patients, "patient,diagnosis\nP1,no\nP2,no\nP9,yes\n"); }), "found none for 'P3'"));
        CHECK(read(with_words, "sample_id,label\ns4,1\ns2,0\n").labels == std::vector<int>{1, 0});
        CHECK(read(with_words, ",label\n0,1\n1,0\n").labels == std::vector<int>{1, 0});
        const Dataset turned = read(with_words, "sample_id,label\ns2,0\ns4,1\n");
        CHECK(turned.labels == std::vector<int>{1, 0});
        CHECK(contains(listed(turned.remarks, "; "), "the rows of y are put in the order of the patterns"));
        CHECK(contains(complaint([&] { read(with_words, "sample_id,label\nS2,0\nS4,1\n"); }), "found none for 's4'"));
        CHECK(contains(listed(read("id,a\n1,0.5\n1,0.25\n", "label\n1\n0\n").remarks, "; "), "has one name or number several times"));
        for (const char* none : {"id,a\n1,0.5\n1,0.25\n", "humid,a\n1,0.5\n2,0.25\n"})
            CHECK(read(none, "label\n1\n0\n").x.cols == 2);
    }

    TEST_CASE("what tells the rows apart may stand anywhere, be called anything in both tables, or be words without a name") {
        const Scratch scratch;
        const auto read = [&](const char* x, const char* labels) {
            scratch.put("x.csv", bytes_of(x));
            scratch.put("labels.csv", bytes_of(labels));
            return load_data(scratch.folder.string(), Split::train);
        };
        const auto agree = [&](const char* x, const char* labels, const char* said) {
            CAPTURE(x);
            const Dataset data = read(x, labels);
            CHECK(data.labels == std::vector<int>{1, 0, 1});
            CHECK(data.x.cols == 2);
            CHECK(data.x(2, 1) == 3);
            CHECK(contains(listed(data.remarks, "; "), said));
        };
        agree("a,id,b\n0.5,4,1\n1,2,2\n1.5,9,3\n", "label,id\n1,9\n0,2\n1,4\n", "x: the column 'id', which numbers the rows");
        agree("sample,a,b\n4,0.5,1\n2,1,2\n9,1.5,3\n", "Sample,label\n9,1\n2,0\n4,1\n", "x: the column 'sample', which tells the rows apart");
        agree("a,b,who\n0.5,1,me\n1,2,you\n1.5,3,she\n", "who,label\nyou,0\nme,1\nshe,1\n", "x: the column 'who', which names the rows");
        agree("me,0.5,1\nyou,1,2\nshe,1.5,3\n", "who,label\nyou,0\nme,1\nshe,1\n", "x: the first column, which names the rows");
        agree("id,a,b\n9007199254740993,0.5,1\n9007199254740992,1,2\n7,1.5,3\n", "id,label\n9007199254740992,0\n07,1\n9007199254740993,1\n",
              "the rows of labels are put in the order of the patterns");
        agree("a,b\n0.5,1\n1,2\n1.5,3\n", "id,label\n9,1\n2,0\n4,1\n", "the rows of labels have names or numbers, '9' and so on, which those of x have not");
        agree("id,a,b\n9,0.5,1\n2,1,2\n4,1.5,3\n", "label\n1\n0\n1\n", "the rows of x have names or numbers, '9' and so on, which those of labels have not");
        CHECK(read("age,a\n4,1\n5,2\n", "age,a,label\n4,1,0\n5,2,1\n").x.cols == 2);  // the whole table once more
        CHECK_FALSE(contains(listed(read("a,b\n0.5,1\n1,2\n", "id,label\n1,1\n2,0\n").remarks, "; "), "have names"));
        CHECK(contains(complaint([&] { read("me,0.5\nyou,1\nshe,2\nhe,1\n", "me,good\nyou,bad\nshe,good\nhe,bad\n"); }),
                       "found none for 'me': the first row is taken for the names of the columns"));
        CHECK(contains(complaint([&] { read("sample,a\n4,0.5\n2,1\n", "sample,label\n9,1\n2,0\n"); }), "found none for '4'"));
    }

    TEST_CASE("a counter gives way to an id, ids have several names, and what both tables have must agree") {
        const Scratch scratch;
        const auto read = [&](const char* x, const char* labels) {
            scratch.put("x.csv", bytes_of(x));
            scratch.put("labels.csv", bytes_of(labels));
            return load_data(scratch.folder.string(), Split::train);
        };
        const auto agree = [&](const char* x, const char* labels) {
            CAPTURE(x);
            const Dataset data = read(x, labels);
            CHECK(data.labels == std::vector<int>{1, 0, 1});
            CHECK(data.x.cols == 1);
        };
        agree(",sample,a\n0,4,0.5\n1,2,1\n2,9,1.5\n", ",sample,label\n0,9,1\n1,2,0\n2,4,1\n");
        agree("sample,a\n1,0.5\n2,1\n3,1.5\n", "number,label\n3,1\n2,0\n1,1\n");
        agree(",sample_id,a\n0,s1,0.5\n1,s2,1\n2,s3,1.5\n", ",id,label\n0,s3,1\n1,s2,0\n2,s1,1\n");
        agree("sample_id,a\n2,0.5\n0,1\n1,1.5\n", ",id,label\n0,1,1\n1,0,0\n2,2,1\n");
        agree(",sample_id,a\n0,101,0.5\n1,102,1\n2,103,1.5\n", ",subject,label\n0,103,1\n1,109,0\n2,102,0\n3,101,1\n");
        agree("id,a\n1,0.5\n2,1\n3,1.5\n", "sample,label\n3,1\n2,0\n1,1\n");
        agree("PatientID,a\n4,0.5\n2,1\n9,1.5\n", "Patient,label\n9,1\n2,0\n4,1\n");
        agree("animal,a\n104,0.5\n102,1\n109,1.5\n", "beast,label\n109,1\n102,0\n104,1\n");
        agree("PatientID,a\n4,0.5\n2,1\n9,1.5\n", "Patient,group\n9,1\n2,0\n4,1\n");
        agree("id,a\n1.1,0.5\n1.10,1\n1.2,1.5\n", "id,label\n1.10,0\n1.2,1\n1.1,1\n");
        agree("sample,a\n-4,0.5\n-2,1\n-9,1.5\n", "sample,label\n-9,1\n-2,0\n-4,1\n");
        agree("row_id,a\n7,0.5\nB2,1\nB9,1.5\n", "row_id,label\nB9,1\nB2,0\n7,1\n");
        agree("id,a\n4,0.5\n2,1\n4,1.5\n", "id,label\n9,0\n2,0\n4,1\n");  // a patient twice
        CHECK(read("store_id,row_id,a\n1,4,0.5\n1,2,1\n1,9,1.5\n", "row_id,label\n9,1\n2,0\n4,1\n").labels == std::vector<int>{1, 0, 1});
        const auto refusal = [&](const char* x, const char* labels) { return complaint([&] { read(x, labels); }); };
        CHECK(contains(refusal("who,visit,a\n1,1,0.5\n1,2,1\n2,1,1.5\n", "who,visit,label\n2,1,1\n1,2,0\n1,1,1\n"),
                       "found column 'who' in both, '1' in row 1 there, '2' here: bring both into one order, or give them ids"));
        CHECK(contains(refusal("id,a\n4,1\n2,2\n6,3\n", "id,label\n4,1\n2,0\n2,1\n"), "'2' here, where '2' comes twice in labels"));
        CHECK(contains(refusal("age,a\n4,1\nNA,2\n6,3\n", "age,label\n4,1\n5,0\n6,1\n"), "'age': expected a number, found 'NA'"));
        CHECK(contains(refusal("id;a\n4;1\n;2\n", "id,label\n4,1\n5,0\n"), "expected a number, found none"));
        CHECK(read("id;a\nP.1,7;1,5\nP.2;2,5\n", "id,label\nP.2,1\n\"P.1,7\",0\n").labels == std::vector<int>{0, 1});
        CHECK(contains(refusal("a\n0.1\n0.2\n0.3\n", "a,label\n0.3,1\n0.2,0\n0.1,1\n"), "found column 'a' in both"));
        CHECK(read("a,b\n0.1,1\n0.2,2\n0.3,3\n", "a,b,label\n0.1,1,1\n0.20,2,0\n0.3,3,1\n").x.cols == 2);
    }

    TEST_CASE("one-hot labels and what patterns shall become lose their ids too, whatever was learnt") {
        const Scratch scratch;
        scratch.put("x.csv", bytes_of("id,sample,a,b\n4,14,0.5,1\n2,12,1,2\n9,19,1.5,3\n"));
        scratch.put("labels.csv", bytes_of("id,ant,bee\n9,0,1\n2,1,0\n4,0,1\n"));
        const auto load = [&](std::vector<std::string> wanted) {
            return load_data(scratch.folder.string(), Split::train, 0, {.columns = std::move(wanted)});
        };
        CHECK(load({}).labels == std::vector<int>{1, 0, 1});
        CHECK(load({"a", "b"}).labels == std::vector<int>{1, 0, 1});
        scratch.put("x.csv", bytes_of("sample,a,b\n4,0.5,1\n2,1,2\n9,1.5,3\n"));
        scratch.put("labels.csv", bytes_of("sample,ant,bee\n9,0,1\n2,1,0\n4,0,1\n"));
        CHECK(load({}).labels == std::vector<int>{1, 0, 1});
        CHECK(load({"a", "b"}).labels == std::vector<int>{1, 0, 1});
        std::filesystem::remove(scratch.folder / "labels.csv");
        scratch.put("clean.csv", bytes_of("sample,a,b\n9,3.5,5\n2,3,4\n4,2.5,3\n"));
        CHECK(load({}).y.cols == 2);
        CHECK(load({}).y(0, 0) == 2.5);
    }

    TEST_CASE("one file of labels has those of the test set too, by the names of its rows") {
        const Scratch scratch;
        scratch.put("train.csv", bytes_of("id,a\n4,0.5\n2,0.25\n"));
        scratch.put("test.csv", bytes_of("id,a\n9,0.75\n3,1\n"));
        scratch.put("labels.csv", bytes_of("id,label\n2,0\n3,2\n4,1\n9,0\n"));
        CHECK(load_data(scratch.folder.string(), Split::train).labels == std::vector<int>{1, 0});
        CHECK(load_data(scratch.folder.string(), Split::test).labels == std::vector<int>{0, 2});
        std::filesystem::remove(scratch.folder / "labels.csv");
        scratch.put("train.csv", bytes_of("id,a,label\n4,0.5,1\n2,0.25,0\n"));
        CHECK_FALSE(contains(listed(load_data(scratch.folder.string(), Split::train).remarks, "; "), "in their order"));
        scratch.put("train.csv", bytes_of("id,a\n4,0.5\n2,0.25\n"));
        scratch.put("labels.csv", bytes_of("id,label\n2,0\n3,2\n4,1\n9,0\n"));
        scratch.put("test.csv", bytes_of("id,a\n2,0.75\n3,1\n"));  // counts from the beginning again
        const Dataset again = load_data(scratch.folder.string(), Split::test);
        CHECK(again.labels.empty());
        CHECK(contains(listed(again.remarks, "; "), "a row of train is '2' too"));
    }

    TEST_CASE("a folder's table has the columns of the patterns that were trained on, or is refused") {
        const Scratch folder;
        const auto alike = [&](const std::string& text) {
            folder.put("x.csv", bytes_of(text));
            return load_data(folder.folder.string(), Split::train, 0, {.columns = {"a", "b"}});
        };
        CHECK(contains(complaint([&] { alike("a,a\n1,2\n"); }), "x.csv: expected a column 'a', as in the data that were trained on, found 2"));
        const Dataset others = alike("a,who,z,z,b\n1,me,5,6,2\n");
        CHECK(std::vector(others.x.values.begin(), others.x.values.end()) == std::vector<float>{1, 2});
        CHECK(contains(listed(others.remarks, "; "), "left out: 3 columns, the first of them 'who'"));
    }

    TEST_CASE("labels alone: the first row is their name, or a label where it comes again; what does not fit is refused") {
        const Scratch folder;
        folder.put("x.csv", bytes_of("a,b\n1,2\n3,4\n"));
        const auto labels = [&](const std::string& text) {
            folder.put("labels.csv", bytes_of(text));
            return load_data(folder.folder.string(), Split::train).labels;
        };
        const auto refusal = [&](const std::string& text) { return complaint([&] { labels(text); }); };
        CHECK(labels("up\nup\n") == std::vector<int>{0, 0});
        CHECK(labels("way\nup\nup\n") == std::vector<int>{0, 0});
        CHECK(labels("0\n1\n0\n") == std::vector<int>{1, 0});  // pandas calls it 0
        CHECK(labels("0\n1\n") == std::vector<int>{0, 1});
        folder.put("labels.csv", bytes_of(",0\n0,1\n1,0\n"));
        CHECK(load_data(folder.folder.string(), Split::train, 0, {.label_column = "2"}).labels == std::vector<int>{1, 0});
        folder.put("labels.csv", bytes_of("label\nCat\ncat\n"));
        CHECK(contains(listed(load_data(folder.folder.string(), Split::train).remarks, "; "), "classes 'Cat' and 'cat' differ in capital letters alone"));
        CHECK(labels("0,1\n0,1\n1,0\n") == std::vector<int>{1, 0});
        CHECK(labels("0,1\n1,0\n") == std::vector<int>{1, 0});
        CHECK(contains(refusal("up\nup\ndown\n"), "expected 2 labels, one for each pattern, found 3"));
        CHECK(contains(refusal("up\ndown\n"), "found 1 below the name 'up'; where that is a label, a first row 'label' goes before it"));
        CHECK(contains(refusal("way\nup\ndown\nup\n"), "found 3 below the name 'way'"));
        CHECK(contains(refusal("1,7,1\n2,8,2\n"), "expected 2 labels, one for each pattern, found 3 numbers for each, not one-hot"));
        CHECK(contains(refusal("a.png,up\nb.png,down\n"), "found 'b.png'; a first row has to call one of the columns 'label'"));
        CHECK(contains(refusal("way\nNew York\nup\n"), "line 2: expected 1 number, as in the first row, found 2; a label of several words"));
        CHECK(contains(refusal("way\nup\nNA\n"), "line 3: expected a label, found 'NA'"));
        CHECK(contains(refusal("way,up,way\n1,0,1\n"), ""));
    }

    TEST_CASE("one-hot labels with names are the classes of these names, in whatever order") {
        const Scratch folder;
        folder.put("x.csv", bytes_of("a,b\n1,2\n3,4\n"));
        const auto load = [&](const char* labels) {
            folder.put("labels.csv", bytes_of(labels));
            return load_data(folder.folder.string(), Split::train);
        };
        const Dataset trained = load("cat,dog\n0,1\n1,0\n");
        CHECK(trained.as.classes == std::vector<std::string>{"cat", "dog"});
        Dataset turned = load("dog,cat\n1,0\n0,1\n");
        read_alike(turned, trained.as);
        CHECK(turned.labels == trained.labels);
        CHECK(contains(complaint([&] { load("cat,dog\n0,1\n0,0\n"); }), "row 2: expected one 1 among 0, as in one-hot labels, found 0"));
    }

    TEST_CASE("a folder's tables have the label column that is asked for, and names that are wanted are names") {
        const Scratch folder;
        const auto load = [&](const char* x, const ReadAs& as) {
            folder.put("x.csv", bytes_of(x));
            return load_data(folder.folder.string(), Split::train, 0, as);
        };
        const Dataset kinds = load("a,kind,b\n1,5,2\n3,4,4\n", {.label_column = "kind"});
        CHECK(kinds.labels == std::vector<int>{5, 4});
        CHECK(kinds.x.cols == 2);
        CHECK(load("1,5,2\n3,4,4\n", {.label_column = "2"}).labels == std::vector<int>{5, 4});
        CHECK(contains(listed(load("a,b\n1,2\n", {.label_column = "kind"}).remarks, "; "), "--label-column is not used"));
        const Dataset turned = load("1,0\n0.5,0.25\n", {.columns = {"0", "1"}});
        CHECK(std::vector(turned.x.values.begin(), turned.x.values.end()) == std::vector<float>{0.25f, 0.5f});
        CHECK(contains(listed(load("2001,2002,2003\n1,2,3\n", {}).remarks, "; "), "the first row, 2001, 2002, 2003, …, is taken for a pattern"));
        folder.put("labels.csv", bytes_of("label\n1\n"));
        CHECK(contains(listed(load("a,label\n1,2\n", {}).remarks, "; "), "has labels, and is read without: there are others in a file of their own"));
        folder.put("labels_test.csv", bytes_of("label\n1\n"));
        CHECK(contains(listed(load("a,b\n1,2\n", {}).remarks, "; "), "'labels_test' is not read"));
        CHECK(contains(complaint([&] { load("a,label,label\n1,2,3\n", {}); }), "expected one column 'label' of labels, found 2"));
    }

    TEST_CASE("what the patterns shall become has their columns in their order") {
        const Scratch folder;
        folder.put("noisy.csv", bytes_of("a,b\n1,2\n3,4\n"));
        folder.put("clean.csv", bytes_of("c,d\n1,2\n3,4\n"));
        const auto load = [&] { return load_data(folder.folder.string(), Split::train); };
        CHECK(load().y(1, 0) == 3);
        folder.put("clean.csv", bytes_of("b,a\n1,2\n3,4\n"));
        CHECK(contains(complaint(load), "clean.csv: expected the columns in the order of the patterns, found another one"));
        const Dataset wanted = load_data(folder.folder.string(), Split::train, 0, {.columns = {"b", "a"}});
        CHECK(wanted.x(1, 0) == 4);
        CHECK(wanted.y(1, 0) == 3);
        folder.put("clean.csv", bytes_of("a,b,label\n1,2,0\n3,4,1\n"));
        CHECK(contains(complaint(load), "expected labels or patterns, found both: the column 'label' or the others"));
        folder.put("clean.csv", bytes_of("a,b\n1,2\n3,4\n5,6\n"));
        CHECK(contains(complaint(load), "expected 2 labels, one for each pattern, found 3 patterns"));
        folder.put("x.csv", bytes_of("a,b\n5,6\n7,8\n"));
        folder.put("clean.csv", bytes_of("a,b\n1,2\n3,4\n"));
        CHECK(contains(listed(load().remarks, "; "), "'x' is not read: noisy is"));
    }
}
