// The last few results of a step of the computation, by the rules that made them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace autoencoder::diagnosis {

template <class Key, class Value>
class Recent {
public:
    explicit Recent(std::size_t capacity) : capacity_(capacity) {}

    /// The value for this key: kept, or made by make(key). The first one ever made is kept for
    /// good: it is that of the right rules, which all others are compared with.
    template <class Make>
    std::shared_ptr<const Value> get(const Key& key, const Make& make) {
        const auto found = std::find_if(kept_.begin(), kept_.end(),
                                        [&](const auto& each) { return each.first == key; });
        if (found != kept_.end()) {
            if (found != kept_.begin()) std::rotate(kept_.begin() + 1, found, found + 1);
            return found == kept_.begin() ? kept_[0].second : kept_[1].second;
        }
        auto value = std::make_shared<const Value>(make(key));
        if (kept_.size() >= capacity_) kept_.pop_back();
        kept_.insert(kept_.empty() ? kept_.begin() : kept_.begin() + 1, {key, value});
        return value;
    }

private:
    std::size_t capacity_;
    std::vector<std::pair<Key, std::shared_ptr<const Value>>> kept_;  // the first, then by last use
};

}  // namespace autoencoder::diagnosis
