#include "autoencoder/report.hpp"

#include <algorithm>

namespace autoencoder {

std::string cost_by_term(const Cost& cost) {
    std::string text = rounded(cost.total()) + " = data " + rounded(cost.data);
    if (cost.weight_penalty != 0) text += " + weights " + rounded(cost.weight_penalty);
    if (cost.sparsity != 0) text += " + sparsity " + rounded(cost.sparsity);
    if (cost.kl != 0) text += " + kl " + rounded(cost.kl);
    return text;
}

std::string progress_line(const TrainingStep& step, const Plan& plan, bool last) {
    std::string text = plan.unit + " " + std::to_string(step.number) + "/" +
                       std::to_string(plan.total) + "   cost " + cost_by_term(step.cost);
    if (step.validation) text += "   validation " + rounded(*step.validation);
    if (step.number <= plan.first) return text;
    const double each = step.seconds / double(step.number - plan.first);
    if (plan.unit == "epoch" && each > 0)
        text += "   " + grouped(std::size_t(double(plan.patterns) / each)) + " patterns/s";
    else
        text += "   " + duration(each) + " each";
    if (step.number < plan.total && !last)
        text += "   " + duration(each * double(plan.total - step.number)) + " left";
    return text;
}

std::string log_csv(std::span<const TrainingStep> steps) {
    std::string text =
        "number,evaluations,cost,data,weight_penalty,sparsity,kl,gradient_norm,validation,"
        "seconds\n";
    for (const TrainingStep& step : steps) {
        text += std::to_string(step.number) + "," + std::to_string(step.evaluations) + "," +
                shortest(step.cost.total()) + "," + shortest(step.cost.data) + "," +
                shortest(step.cost.weight_penalty) + "," + shortest(step.cost.sparsity) + "," +
                shortest(step.cost.kl) + "," +
                (step.gradient_norm > 0 ? shortest(step.gradient_norm) : "") + "," +
                (step.validation ? shortest(*step.validation) : "") + "," +
                rounded(step.seconds, 6) + "\n";
    }
    return text;
}

std::string learning_curve(std::span<const TrainingStep> steps, const Plan& plan) {
    std::vector<Series> series = {{"cost", {}, {}}, {"data", {}, {}}, {"weight penalty", {}, {}},
                                  {"sparsity", {}, {}},       {"kl", {}, {}},
                                  {"validation", {}, {}}};
    for (const TrainingStep& step : steps) {
        const Cost& cost = step.cost;
        const std::optional<double> values[] = {cost.total(),  cost.data, cost.weight_penalty,
                                                cost.sparsity, cost.kl,   step.validation};
        for (std::size_t i = 0; i < series.size(); ++i) {
            if (!values[i]) continue;
            series[i].x.push_back(double(step.number));
            series[i].y.push_back(*values[i]);
        }
    }
    const auto always_zero = [](const Series& one) {
        return std::all_of(one.y.begin(), one.y.end(), [](double y) { return y == 0; });
    };
    const std::vector<double> whole = series[0].y;  // a curve below it would not be seen
    std::erase_if(series, [&](const Series& one) {
        return one.name != "cost" && (always_zero(one) || one.y == whole);
    });
    ChartOptions chart{.title = "Cost by term", .x_label = plan.unit, .y_label = "cost"};
    chart.log_y = std::all_of(series.begin(), series.end(), [](const Series& one) {
        return std::all_of(one.y.begin(), one.y.end(), [](double y) { return y > 1e-300; });
    });
    return line_chart(series, chart);
}

}  // namespace autoencoder
