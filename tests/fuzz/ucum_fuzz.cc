// libFuzzer target of UCUM units: checking, advice and arithmetic of any text end in an answer.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "profiles/ucum.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using oncobridge::profiles::Ucum;
  static const Ucum ucum;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t half = text.find('\n');
  const std::string_view a = text.substr(0, half);
  const std::string_view b =
      half == std::string_view::npos ? std::string_view("1") : text.substr(half + 1);
  const bool valid = ucum.is_valid(a);
  require(valid == ucum.explain(a).empty());
  const std::string nearest = ucum.nearest(a);
  require(nearest.empty() || (!valid && ucum.is_valid(nearest)));
  if (ucum.canonical(a)) {
    require(valid);
    require(ucum.compare("1.5", a, "1.5", a) == 0);
    // Exponents may add up to more digits than a unit may have.
    const std::string dimension = ucum.dimension_text(a);
    require(!ucum.is_valid(dimension) || ucum.commensurable(a, dimension));
  }
  const auto there = ucum.compare("1", a, "2.5", b);
  const auto back = ucum.compare("2.5", b, "1", a);
  require(there.has_value() == back.has_value() && (!there || *there == -*back));
  ucum.convert(std::string_view("-3.5e2"), a, b);
  ucum.convert(2.0, a, b);
  const std::string product = ucum.product(a, b);
  require(product.empty() || product.size() > Ucum::kMaxLength ||
          ucum.check(product).kind == oncobridge::profiles::UnitFaultKind::kNone);
  const std::string quotient = ucum.quotient(a, b);
  require(quotient.empty() || quotient.size() > Ucum::kMaxLength || ucum.is_valid(quotient) ||
          ucum.check(quotient).kind == oncobridge::profiles::UnitFaultKind::kTooDeep);
  return 0;
}
