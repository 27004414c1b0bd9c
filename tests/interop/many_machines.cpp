// Many machines: L-BFGS on the whole batch, over MPI, with the installed library. A page to begin from.
//
//     mpicxx -O2 many_machines.cpp $(pkg-config --cflags --libs autoencoder) -o many_machines
//     mpirun -n 4 ./many_machines
//
// The patterns lie in a fixed number of shards, and each rank has some of them. An evaluation is one of each
// shard, for its own patterns alone; all ranks then hold all shards' gradients, and add them up in the order of
// the shards. So 1, 2 and 4 ranks have the same bits, and all of them take the same step of L-BFGS.
// (A sparsity term would need ρ over all patterns before any gradient: this network has none.)
#include <mpi.h>

#include <autoencoder/autoencoder.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>
#include <vector>

using namespace autoencoder;

namespace {

constexpr std::size_t shards = 8;

/// Some patterns, and what an evaluation of them needs.
struct Shard {
    std::size_t number;
    View<const float> rows;
    Panels<float> x;
    Evaluation<float> evaluation;

    Shard(std::size_t which, const Network& network, View<const float> patterns)
        : number(which), rows(patterns), x(rows.rows, rows.cols), evaluation(network, rows.rows) {
        to_panels<float>(rows, x);
    }
};

void train(int rank, int ranks) {
    const Dataset digits = load_data("digits", Split::train);
    const View<const float> all = digits.x;
    const std::size_t hidden[] = {100}, each = all.rows / shards, n = each * shards;
    const Network network = autoencoder_network(all.cols, hidden);
    const double weight_penalty = 1e-3;  // added once below, not shard by shard
    Buffer<float> theta = initial_parameters<float>(network, 1);

    std::vector<std::unique_ptr<Shard>> mine;
    for (std::size_t s = std::size_t(rank); s < shards; s += std::size_t(ranks))
        mine.push_back(std::make_unique<Shard>(s, network, all.slice(s * each, each)));

    const std::size_t size = theta.size();
    std::vector<float> gradients(shards * size);
    double costs[shards];
    const Objective<float> objective = [&](std::span<const float> at, std::span<float> gradient) {
        for (const auto& shard : mine) {
            const Batch<float> batch{shard->x, shard->x, shard->rows, {}};
            const std::span<float> part(gradients.data() + shard->number * size, size);
            costs[shard->number] = cost_and_gradient<float>(network, at, batch, part, shard->evaluation).total();
        }
        for (std::size_t s = 0; s < shards; ++s) {
            const int owner = int(s) % ranks;
            MPI_Bcast(costs + s, 1, MPI_DOUBLE, owner, MPI_COMM_WORLD);
            MPI_Bcast(gradients.data() + s * size, int(size), MPI_FLOAT, owner, MPI_COMM_WORLD);
        }
        double cost = 0;
        for (std::size_t i = 0; i < size; ++i) {
            double sum = 0;
            for (std::size_t s = 0; s < shards; ++s) sum += double(gradients[s * size + i]);
            gradient[i] = float(sum / double(shards));
        }
        for (std::size_t s = 0; s < shards; ++s) cost += costs[s] / double(shards);
        for (const Block& block : layout(network).blocks) {
            if (block.name[0] != 'W') continue;
            const std::span<const float> w = part(at, block);
            cost += weight_penalty_cost<float>(weight_penalty, w);
            for (std::size_t i = 0; i < w.size(); ++i) gradient[block.offset + i] += float(weight_penalty) * w[i];
        }
        return cost;
    };
    const Report report = [&](const Progress& now) {
        if (rank == 0) std::printf("%3zu  J = %.9g\n", now.iteration, now.cost);
        return true;
    };
    LbfgsOptions options;
    options.iterations = 20;
    minimise_lbfgs<float>(objective, theta, options, report);

    std::uint64_t hash = 14695981039346656037u;  // FNV-1a of θ's bytes: the same for any number of ranks
    const auto* const bytes = reinterpret_cast<const unsigned char*>(theta.data());
    for (std::size_t i = 0; i < size * sizeof(float); ++i) hash = (hash ^ bytes[i]) * 1099511628211u;
    if (rank == 0) std::printf("%zu patterns in %zu shards, theta %016llx\n", n, shards, (unsigned long long)hash);
}

}  // namespace

int main(int count, char** words) {
    MPI_Init(&count, &words);
    int rank = 0, ranks = 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    try {
        train(rank, ranks);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "many_machines: %s\n", error.what());
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    MPI_Finalize();
}
