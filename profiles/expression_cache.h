// FHIRPath texts that instances bring, parsed once: the elements of definitions repeat the same
// invariants. Bounded; belongs to one thread.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "profiles/fhirpath_parser.h"

namespace oncobridge::profiles {

class ExpressionCache {
 public:
  explicit ExpressionCache(const NameTable& names) : names_(names) {}

  using Parsed = Result<std::unique_ptr<const fhirpath::Expression>>;
  // As fhirpath::parse() has it. Valid until the next call.
  const Parsed& parse(std::string_view text, fhirpath::Leniency leniency) {
    Texts& texts = texts_[leniency == fhirpath::Leniency::kStrict ? 0 : 1];
    if (const auto known = texts.find(text); known != texts.end()) return known->second;
    if (size_ + text.size() > kMaxSize || texts.size() >= kMaxCount) {
      texts_ = {};
      size_ = 0;
    }
    size_ += text.size();
    return texts.emplace(text, fhirpath::parse(text, names_, leniency)).first->second;
  }

 private:
  static constexpr std::size_t kMaxSize = 1024 * 1024;  // bytes of texts
  static constexpr std::size_t kMaxCount = 8 * 1024;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  using Texts = std::unordered_map<std::string, Parsed, TextHash, std::equal_to<>>;

  const NameTable& names_;
  std::array<Texts, 2> texts_;  // strict ones, those of definitions
  std::size_t size_ = 0;
};

}  // namespace oncobridge::profiles
