// What data do not say of themselves: which column of a table has the labels, which shape flat patterns have.
#include <doctest/doctest.h>

#include "autoencoder/data.hpp"
#include "autoencoder/npz.hpp"
#include "autoencoder/text.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;

namespace {

struct Table {
    Scratch scratch;
    std::string path;

    explicit Table(const std::string& text) : path(scratch.put("t.csv", bytes_of(text))) {}
    Dataset by(const std::string& label_column) const {
        return load_data(path, Split::train, 0, {.label_column = label_column});
    }
    std::string refusal(const std::string& label_column) const {
        return complaint([&] { by(label_column); });
    }
};

}  // namespace

TEST_SUITE("data sets: read as") {
    TEST_CASE("the labels are the column of that name or number, from 1 up") {
        const Table table("Kind,a,label\n2,0.5,7\n1,3,8\n");
        for (const char* column : {"kind", "Kind", "1"}) {
            const Dataset data = table.by(column);
            CHECK(data.labels == std::vector<int>{2, 1});
            CHECK(data.x.cols == 2);
            CHECK(data.x(1, 1) == 8);  // that is called label is a number like others now
        }
        CHECK(table.by("").labels == std::vector<int>{7, 8});
        const Table nameless("5,0.5,1\n4,0.25,0\n");
        CHECK(nameless.by("").labels.empty());
        CHECK(nameless.by("3").labels == std::vector<int>{1, 0});
        CHECK(nameless.by("1").labels == std::vector<int>{5, 4});
    }

    TEST_CASE("columns are found by their names, in another order and among others") {
        const Dataset trained = Table("a,B,label\n1,2,0\n3,4,1\n").by("");
        const auto alike = [&](const std::string& text) {
            return load_data(Table(text).path, Split::train, 0, {.columns = trained.as.columns});
        };
        const Dataset other = alike("b,id,A\n6,100,5\n8,101,7\n");
        CHECK(std::vector(other.x.values.begin(), other.x.values.end()) == std::vector<float>{5, 6, 7, 8});
        CHECK(other.remarks == std::vector<std::string>{"columns are put in the order of the data that were trained on, by "
                                                        "their names", "left out: column 'id'"});
        CHECK(alike("b,who,A\n6,me,5\n").x(0, 0) == 5);  // what is left out may be words
        CHECK(alike("a,b\n5,6\n").remarks.empty());
        CHECK(alike("6,5\n").x(0, 0) == 6);  // without names, as they stand
        CHECK(contains(complaint([&] { alike("a,c\n5,6\n"); }),
                       "t.csv: expected a column 'B', as in the data that were trained on, found none"));
        CHECK(contains(complaint([&] { alike("b,a,b\n5,6,7\n"); }), "expected a column 'B', as in the data that were trained on, found 2"));
    }

    TEST_CASE("what each row ends with is no column, of the names or of the numbers") {
        for (const char* text : {"a,b,label,\n1,2,1,\n3,4,0,\n", "1,2,\n3,4,\n", "a,b,\n1,2\n3,4\n", "a,b\n1,2,\n3,4,\n",
                                 "a,b,,\n1,2,,\n3,4,,\n"}) {
            const Dataset data = Table(text).by("");
            CHECK(std::vector(data.x.values.begin(), data.x.values.end()) == std::vector<float>{1, 2, 3, 4});
        }
        CHECK(Table("a,b\n1,2\n3,4\n,\n,\n").by("").x.rows == 2);
        CHECK(Table("\"a\nb\",c\n1,2\n").by("").as.columns == std::vector<std::string>{"a b", "c"});
        CHECK(contains(Table("\"a\nb\",c\n1,2\n1,\n1,2\n").refusal(""), "line 4, column 2"));
        CHECK(Table("a,b,\n1,2,\n3,4,\n").by("").as.columns == std::vector<std::string>{"a", "b"});
        CHECK(contains(Table("a,b,\n1,2,\n3,4,5\n").refusal(""), "line 3: expected 2 numbers, as in the first row, found 3"));
        CHECK(contains(Table("a,b\n1,2,3\n").refusal(""), "line 2: expected 2 numbers, as in the first row, found 3; a first row has to name"));
        CHECK(contains(Table("a,b\n1,\n").refusal(""), "line 2, column 2 'b': expected a number, found none"));
        CHECK(contains(Table("1,2,\n3,4,5\n").refusal(""), "line 1, column 3: expected a number, found none"));
    }

    TEST_CASE("a line with nothing but blanks says nothing, one of quotes lacks a number") {
        CHECK(Table("1\n\f\n \v\n2\n").by("").x.rows == 2);
        CHECK(contains(Table("a\n\v\n").refusal(""), "expected rows of numbers, found none"));
        CHECK(contains(Table("\"\"\n\v\n1\n").refusal(""), "line 1, column 1: expected a number, found none"));
    }

    TEST_CASE("what helps is said, and nothing that does not") {
        CHECK(contains(Table("a,b\n1,up\n").refusal(""), "found 'up'; --label-column 2 takes words for labels"));
        for (const char* column : {"a", "none"})
            CHECK(contains(Table("a,b,c\n1,up,2\n").refusal(column), "found 'up'; a column of words has to be left out of the file"));
        CHECK(contains(Table("a,b\n1,s0\n").refusal("1"), "found 's0'; a column of words has to be left out of the file"));
        CHECK(contains(Table("a,b\n1,m\n2,3\n").refusal(""), "found 'm'; what is no pattern has to be left out"));
        for (const std::string date : {"2024-03-01", "01.02.2024", "1:30"})
            CHECK(contains(Table("a,b\n1," + date + "\n").refusal(""), "; a date is no number"));
        CHECK(contains(Table("1 2:0.5\n1 3:2\n").refusal(""), "LIBSVM's pairs"));
        for (const char* missing : {"<NA>", "\\N", "#DIV/0!", "NaT", "."})
            CHECK(contains(Table(std::string("a,b\n1,") + missing + "\n2,3\n").refusal(""), "; what is missing has to be filled in"));
        for (const char* rows : {"#N/A,1.5\n2,3\n", "2,3\n#N/A,1.5\n"}) CHECK(contains(Table(rows).refusal(""), "found '#N/A'"));
        CHECK(Table("# a,b\n# m,s\n1,2\n# 1,3\n3,4\n# all, is done\n").by("").x.rows == 2);
        for (const char* rows : {"#1,2\n3,4\n5,6\n", "3,4\n#1,2\n5,6\n"}) CHECK(Table(rows).by("").x.rows == 2);
        CHECK(Table("#,a\n1,0.5\n2,0.25\n").by("").as.columns == std::vector<std::string>{"#", "a"});
        for (const char* names : {"# a b\n1 2\n3 4\n", "# a,b\n1 2\n3 4\n", "% a b\n1 2\n3 4\n", "# a, b\n1 2\n3 4\n"})
            CHECK(Table(names).by("").as.columns == std::vector<std::string>{"a", "b"});
        CHECK(Table("a;b\n8,40E-01;1\n3,5E-01;2\n1,5E-01;2\n").by("").x.cols == 2);
        CHECK(contains(Table("{\"x\": [1, 2]}").refusal(""), "found JSON"));
        for (const auto& [text, what] : {std::pair("@relation a\n@data\n1,2\n", "found ARFF"), {"%%MatrixMarket matrix\n3 4 1\n1 1 5\n", "found Matrix Market"}}) CHECK(contains(Table(text).refusal(""), what));
        CHECK(contains(Table("a,b\n1,\"0,5\"\n").refusal(""), "found '0,5'; a number has digits, a point before its decimals"));
        const Dataset data = Table("a,b,c\n1,2,3\n").by("");
        const auto alike = [&](const char* column) {
            return complaint([&] { load_data(Table("a,b,c\n1,2,3\n").path, Split::train, 0, {column, {}, data.as.columns}); });
        };
        CHECK(contains(alike("b"), "--label-column: 'b' is among the patterns that were trained on"));
        const Dataset twice = Table("a,b,a\n1,2,3\n").by("");
        CHECK(contains(listed(twice.remarks, "; "), "columns of one name, as 'a', are told apart by their order"));
        const auto in_order = [](const Dataset& known, const char* text) {
            const Dataset other = load_data(Table(text).path, Split::train, 0, {.columns = known.as.columns});
            return std::vector(other.x.values.begin(), other.x.values.end());
        };
        CHECK(in_order(twice, "b,c,a,A,a\n2,9,1,8,3\n") == std::vector<float>{1, 2, 3});
        CHECK(in_order(Table("Fe,FE,n\n1,2,3\n").by(""), "FE,N,Fe\n2,3,1\n") == std::vector<float>{1, 2, 3});
        CHECK(contains(complaint([&] { in_order(twice, "a,b\n1,2\n"); }), "expected a column 'a', as in the data that were trained on, found 1"));
    }

    TEST_CASE("a table alone is patterns, whatever it is called") {
        const Scratch scratch;
        CHECK(load_data(scratch.put("labels.csv", bytes_of("a,b\n1,2\n")), Split::train).x(0, 1) == 2);
    }

    TEST_CASE("what parts thousands is refused or said, what parts decimals taken") {
        for (const char* both : {"1.234;56,7\n2;3\n", "12,345\t56.7\n1\t2\n"})
            CHECK(contains(Table(both).refusal(""), "expected one sign before decimals, found"));
        const auto remarks = [](const char* text) { return listed(Table(text).by("").remarks, "; "); };
        CHECK(contains(remarks("812;0\n1.234;2\n"), "numbers as 1.234 are taken for decimals, not for thousands"));
        CHECK(contains(remarks("812;0\n1,234;2\n"), "decimal points, as in 1,234; numbers as 1,234 are taken for decimals"));
        for (const char* decimals : {"812;0\n1.234;1\n2.5;1\n", "812;1.234\n3;2.125\n", "0.812;1.234\n0.125;2.500\n", "812,1.234\n3,2\n"})
            CHECK_FALSE(contains(remarks(decimals), "thousands"));
    }

    TEST_CASE("names of the rows are left out, where they have a name or none; truth is 1 or 0") {
        for (const char* text : {"a b\n\"Mazda RX4\" 1 2\n\"Fiat\" 3 4\n", "a,b\n\"1\",1,2\n\"2\",3,4\n", ",a,b\nMazda,1,2\nFiat,3,4\n",
                                 "# a,b\n1,2\n3,4\n", ";a;b\n1;TRUE;2\n2;3;4\n"}) {
            CAPTURE(text);
            const Dataset data = Table(text).by("");
            CHECK(std::vector(data.x.values.begin(), data.x.values.end()) == std::vector<float>{1, 2, 3, 4});
            CHECK(data.as.columns == std::vector<std::string>{"a", "b"});
        }
        for (const char* words : {"# words, and more\n1,2,3\n", "# one two three\n1 2\n3 4\n"}) CHECK(Table(words).by("").as.columns.empty());
        CHECK(Table(",400,410\n0,5,6\n1,7,8\n").by("").as.columns == std::vector<std::string>{"400", "410"});
        CHECK(Table("# a,b,label\n1,2,0\n3,4,1\n").by("").labels == std::vector<int>{0, 1});
        CHECK(contains(listed(Table("a,target,kind\n1,2,0\n3,4,1\n").by("kind").remarks, "; "), "column 'target' is learnt like the others"));
    }

    TEST_CASE("a label that is missing is refused, and is no word") {
        CHECK(contains(Table("a,kind\n1,2\n3,\n").refusal("kind"), "line 3: expected a label, found none; a row that has none"));
    }

    TEST_CASE("a first row with an empty field or a missing number is a pattern, and refused with its place") {
        CHECK(contains(Table(",0.5\n1,2\n").refusal(""), "line 1, column 1: expected a number, found none"));
        CHECK(contains(Table("0.5,NA\n1,2\n").refusal(""),
                       "line 1, column 2: expected a number, found 'NA'; what is missing has to be filled in"));
        CHECK(contains(Table("a,b\n1,nan\n").refusal(""), "line 2, column 2 'b': expected a number, found 'nan'"));
        CHECK(contains(Table("5.1,0.2,Iris\n5,0.1,Iris\n").refusal(""),
                       "line 2, column 3 'Iris': expected a number, found 'Iris'; --label-column 3 takes words for labels"));
    }

    TEST_CASE("a first row that counts is one of names, and that is said; so is a column that numbers the rows") {
        const Dataset plain = Table("0,1,2\n5,6,7\n8,9,1\n").by("");
        CHECK(plain.x.rows == 2);
        CHECK(plain.remarks == std::vector<std::string>{"the first row is taken for the names of the columns"});
        CHECK(Table("1,2,3\n5,6,7\n").by("").remarks.at(0) == "the first row, 1, 2, 3, …, is taken for a pattern");
        CHECK(Table("0,1,2,kind\n5,6,7,up\n8,9,1,up\n").by("4").x.rows == 2);
        CHECK(Table("400,420,kind\n5,6,up\n8,9,up\n").by("3").x.rows == 2);
        CHECK(Table("400,420,down\n5,6,up\n8,9,up\n7,7,down\n").by("3").x.rows == 4);  // that is a label again
        CHECK(Table("400,420,down\n5,6,up\n").by("3").x.rows == 2);
        CHECK(Table("0,1\n5,6\n").by("").x.rows == 2);
        CHECK(Table("a;b\n0,51;0,95\n0,31;0,42\n0,77;0,42\n").by("").x.cols == 2);  // decimals are no names of rows
        CHECK(contains(Table("a,b\n$12.30,1\n$9.99,2\n$7.50,3\n").refusal(""), "column 1 'a': expected a number, found '$12.30'"));
        for (const std::string each : {"10 km", "1 000", "1\u00a0000", "12.5 °C", "€12", "7 %"})  // nor are these, in any row
            CHECK(contains(Table("p,x\n" + each + ",0.5\nnine,0.25\nten,1\n").refusal(""), "found '" + each + "'"));
        CHECK(Table("p,x,z\n1 Main Street,0.5,1\nday 1,0.25,0\nday 2,0.5,0\n").by("").x.cols == 2);
        CHECK(Table("0,1\n0.5,6\n").by("").x.rows == 1);  // other numbers have decimals
        CHECK(Table("0,1,3\n5,6,7\n").by("").x.rows == 2);
        const Dataset shuffled = Table(",0,1,2\n7,5,6,7\n3,8,9,1\n").by("");
        CHECK(shuffled.x.cols == 3);
        CHECK(shuffled.x(1, 0) == 8);
        CHECK(contains(shuffled.remarks.back(), "numbers the rows"));
        const Dataset nameless = Table(",a\n0.5,6\n0.5,7\n").by("");
        CHECK(nameless.x.cols == 2);  // these number no rows
    }

    TEST_CASE("the column of labels that nobody chose is said, and may be numbers") {
        const Table table("a,target\n1,2\n3,4\n"), point("x,y\n1,2\n3,4\n"), alone("Label\n1\n2\n");
        CHECK(contains(table.by("").remarks.back(), "column 'target' is taken for labels"));
        CHECK(table.by("none").x.cols == 2);
        CHECK(table.by("none").labels.empty());
        CHECK(point.by("").x.cols == 2);
        CHECK(point.by("y").labels == std::vector<int>{2, 4});
        CHECK(alone.by("").x.rows == 2);
    }

    TEST_CASE("a name that is near a data set's is said to be") {
        const auto missing = [](const char* name) { return complaint([&] { load_data(name, Split::train); }); };
        CHECK(missing("digts") == "digts: no such file or folder, and no known data set, the nearest is 'digits'");
        CHECK(contains(missing("no/such.npz"), "no such file or folder"));
    }

    TEST_CASE("a column that is not there is refused with those that are") {
        const Table table("a,b\n1,2\n"), nameless("1,2\n");
        CHECK(contains(
            table.refusal("c"),
            "--label-column: expected the name of a column or a number from 1 to 2, found 'c'"));
        for (const char* column : {"0", "3", "1.5", "-1", "1e99", "nan"})
            CHECK(contains(nameless.refusal(column),
                           "--label-column: expected a number from 1 to 2"));
    }

    TEST_CASE("a label column where there are no columns is said to be unused") {
        const Scratch scratch;
        write_npy(scratch.path("a.npy"), Array({1, 2}, std::vector<float>{0, 1}));
        for (const std::string& data : {scratch.path("a.npy"), std::string("digits")}) {
            const Dataset loaded = load_data(data, Split::train, 1, {.label_column = "1"});
            REQUIRE(loaded.remarks.size() == 1);
            CHECK(contains(loaded.remarks[0], "--label-column is not used"));
        }
    }

    TEST_CASE("a line that begins with # is a row where it has its fields") {
        const Dataset data = Table("# a, b, kind\nlabel,a\nC++,1\n#C,2\n# a remark\nAda,3\n").by("");
        CHECK(data.as.classes == std::vector<std::string>{"#C", "Ada", "C++"});
        CHECK(data.x.rows == 3);
        for (const char* rows : {"#C,1,2\nD,3,4\n#3,5,6\n", "#C,1,2\n#D,3,4\n#E,5,6\n"}) CHECK(Table(rows).by("1").x.rows == 3);
        CHECK(contains(Table("a,b\n1,2\n#N/A,3\n").refusal(""), "line 3, column 1 'a': expected a number, found '#N/A'"));
    }

    TEST_CASE("of several columns that may be the labels the likeliest is taken; y beside x is a number") {
        for (const char* text : {"x,y,label\n1,2,4\n3,4,5\n", "y,x,Class\n1,2,4\n3,4,5\n", "y,label\n1,4\n2,5\n"}) {
            const Dataset data = Table(text).by("");
            CHECK(data.labels == std::vector<int>{4, 5});
        }
        CHECK(Table("x,y\n1,2\n3,4\n").by("").x.cols == 2);
    }

    TEST_CASE("words that are not in UTF-8 are refused before they are learnt") {
        CHECK(contains(Table("gr\xF6\xDF" "e,b\n1,2\n").refusal(""), "a name of a column: expected text in UTF-8, found 'gr\\xF6"));
        CHECK(contains(Table("label,b\ngr\xFCn,2\n").refusal(""), "line 2: a label: expected text in UTF-8"));
    }

    TEST_CASE("numbers whose differences are lost in seven digits are said to be so") {
        const Dataset times = Table("time,b\n1700000000,1\n1700000039,2\n").by("");
        REQUIRE(times.remarks.size() == 1);
        CHECK(contains(times.remarks[0], "column 'time' runs from 1700000000 to 1700000039"));
        for (const char* exact : {"time,b\n1700000000,1\n1800000000,2\n", "zip,b\n90001,1\n90009,2\n"}) CHECK(Table(exact).by("").remarks.empty());
    }

    TEST_CASE("labels may be words, numbered in the order of the alphabet, and that is said") {
        for (const char* text :
             {"a,b,species\n1,2,iris\n3,4,aster\n5,6,iris\n", "1,2,iris\n3,4,aster\n5,6,iris\n"}) {
            const Dataset data = Table(text).by("3");
            CHECK(data.labels == std::vector<int>{1, 0, 1});
            CHECK(data.x(2, 1) == 6);
            CHECK(contains(listed(data.remarks, "; "), "labels are numbered in their order: class 0 is 'aster', 1 is 'iris'"));
            CHECK(contains(listed(data.remarks, "; "), "column 'species', number 3 from the left, is taken for labels") == (text[0] == 'a'));
        }
        const Dataset mixed = Table("a,kind\n1,2\n# a remark\n3,10\n5,two\n7,2\n").by("kind");
        CHECK(mixed.labels == std::vector<int>{1, 0, 2, 1});
        REQUIRE(mixed.remarks.size() == 2);
        CHECK(mixed.remarks[1] ==
              "line 5: the label 'two' is a word, 3 of 4 are numbers: all are taken for words");
        const Dataset pixels = Table("label,a,b\n4,5,6\n").by("1");  // a name, and no label
        CHECK(pixels.x.rows == 1);
        CHECK(pixels.labels == std::vector<int>{4});
        CHECK(Table("label,0,1\n4,5,6\n").by("1").labels ==
              std::vector<int>{6});  // a name before a number
    }

    TEST_CASE("flat patterns are images of the shape that is said, colours last or first") {
        const Scratch scratch;
        std::vector<float> numbers(24);
        for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = float(i);
        write_npy(scratch.path("a.npy"), Array({2, 12}, numbers));
        const auto load = [&](std::vector<std::size_t> image) {
            return load_data(scratch.path("a.npy"), Split::train, 0, {.image = image});
        };
        const Dataset grey = load({3, 4}), last = load({2, 2, 3}), first = load({3, 2, 2});
        CHECK(grey.height == 3);
        CHECK(grey.image.maps == 1);
        CHECK(last.image.maps == 3);
        CHECK(last.width == 2);
        CHECK(last.x(0, 1) == 3);   // red of the second pixel
        CHECK(last.x(1, 4) == 13);  // green of the first
        CHECK(first.x(0, 1) == 1);
        CHECK(first.image.maps == 3);
        CHECK(contains(complaint([&] {
                           load({5, 5});
                       }),
                       "--image: expected patterns of 25 numbers, found 12"));
        write_npy(scratch.path("a.npy"), Array({2, 3, 4}, numbers));
        CHECK(load({3, 4}).remarks.empty());
        const Dataset own = load({2, 6});
        CHECK(own.height == 3);
        REQUIRE(own.remarks.size() == 1);
        CHECK(contains(own.remarks[0], "--image is for flat patterns"));
    }
}
