// The test program: every other file in tests/ registers its cases here. Its last line of output is
// "N passed, N failed".
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>

namespace {

struct LastLine : doctest::IReporter {
    explicit LastLine(const doctest::ContextOptions&) {}
    void test_run_end(const doctest::TestRunStats& stats) override {
        failed = stats.numTestCasesFailed;
        std::atexit([] { std::printf("%u passed, %u failed\n", run - failed, failed); });
    }
    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {
        for (const int each : {SIGINT, SIGTERM, SIGHUP})  // which nohup and the background ignore
            std::signal(each, SIG_DFL);
    }
    void test_case_start(const doctest::TestCaseData&) override { ++run; }
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}

    static inline unsigned run = 0, failed = 0;
};

}  // namespace

REGISTER_LISTENER("last line", 1, LastLine);
