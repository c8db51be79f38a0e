// Quantities of FHIRPath: calendar durations (`1 year`) beside units of UCUM (`1 'a'`), which are
// the same only up to weeks. Stateless; the unit table is handed in and may be null, then only
// equal units compare.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "profiles/fhirpath_value.h"

namespace oncobridge::profiles {
class Ucum;
}

namespace oncobridge::profiles::fhirpath {

enum class QuantityOrder : std::uint8_t {
  kLess,
  kEqual,
  kGreater,
  kDifferent,  // units of different dimensions
  kOpen,       // units that nobody knows, or a calendar month against a UCUM month
};
QuantityOrder compare(const Ucum* ucum, const Quantity& a, const Quantity& b);
// `~`: equal to the precision of the less precise value, in the coarser unit.
bool equivalent(const Ucum* ucum, const Quantity& a, const Quantity& b);
bool comparable(const Ucum* ucum, const Quantity& a, const Quantity& b);

// Both in the finer of the two units. Nothing if they cannot be added.
struct SameUnit {
  Decimal a;
  Decimal b;
  const Quantity* unit;  // a or b
};
std::optional<SameUnit> in_finer_unit(const Ucum* ucum, const Quantity& a, const Quantity& b);

// The unit of a product or quotient; empty: there is none.
std::string product_unit(const Ucum* ucum, const Quantity& a, const Quantity& b);
std::string quotient_unit(const Ucum* ucum, const Quantity& a, const Quantity& b);

// `1 day`, `4.5 'mg'`, `7`: what toQuantity() reads. The unit is a view into `text`.
std::optional<Quantity> parse_quantity(std::string_view text);
void append_text(const Quantity& quantity, std::string& text);

}  // namespace oncobridge::profiles::fhirpath
