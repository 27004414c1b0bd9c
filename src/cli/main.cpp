#include "cli/commands.hpp"

int main(int count, char** words) {
    return autoencoder::cli::run(std::vector<std::string>(words + 1, words + count));
}
