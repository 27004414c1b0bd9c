#include "cli/commands.hpp"

int main(int count, char** words) {
    return autoencoder::cli::run(std::vector<std::string>(words + (count > 0), words + count),
                                 count > 0 ? words[0] : "autoencoder");
}
