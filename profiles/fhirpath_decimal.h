// Decimals of FHIRPath: exact, with the number of digits after the point that the source wrote, so
// 1.0 = 1.00 while `~`, round() and precision() still tell them apart. 38 digits are kept; what
// needs more before the point has no result. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace oncobridge::profiles::fhirpath {

__extension__ using Coefficient = unsigned __int128;

struct Decimal {
  static constexpr int kMaxDigits = 38;

  Coefficient coefficient = 0;
  std::uint8_t scale = 0;  // digits after the point, at most kMaxDigits
  bool negative = false;   // zero may be negative: lowBoundary() says -0.0

  static Decimal of(std::int64_t value) {
    Decimal result;
    result.negative = value < 0;
    result.coefficient = value < 0 ? -static_cast<Coefficient>(value) : Coefficient(value);
    return result;
  }
  bool is_zero() const { return coefficient == 0; }
};

// `-12.50`, `1e3` as FHIR and JSON write it. Nothing for another form or more than 38 digits before
// the point; digits after the point that do not fit are cut off.
std::optional<Decimal> parse_decimal(std::string_view text);

// The text of a decimal with its scale: `1.50`, `-0.0`.
class DecimalText {
 public:
  explicit DecimalText(const Decimal& value);
  std::string_view view() const {
    return std::string_view(bytes_.data() + begin_, bytes_.size() - begin_);
  }

 private:
  std::array<char, 48> bytes_;
  std::size_t begin_ = 0;
};

enum class Rounding : std::uint8_t {
  kHalfAway,  // 0.5 to 1, -0.5 to -1
  kTowardZero,
  kFloor,
  kCeiling,
};

int compare(const Decimal& a, const Decimal& b);
Decimal negate(Decimal value);  // zero stays positive
Decimal absolute(Decimal value);
// To a number of digits after the point: rounded, or filled with zeros (nothing if they do not
// fit).
std::optional<Decimal> rescale(const Decimal& value, int scale, Rounding rounding);
// Without zeros at the end of the digits after the point.
Decimal trimmed(Decimal value);

// Nothing if the result does not fit; a divisor of zero has no result.
std::optional<Decimal> add(const Decimal& a, const Decimal& b);
std::optional<Decimal> subtract(const Decimal& a, const Decimal& b);
std::optional<Decimal> multiply(const Decimal& a, const Decimal& b);
// Exact where the quotient ends, else 28 significant digits.
std::optional<Decimal> divide(const Decimal& a, const Decimal& b);
std::optional<Decimal> quotient(const Decimal& a, const Decimal& b);   // `div`: whole, toward zero
std::optional<Decimal> remainder(const Decimal& a, const Decimal& b);  // `mod`: sign of a
// By repeated squaring.
std::optional<Decimal> power(const Decimal& base, std::uint32_t exponent);

// The whole number, if it is one and fits.
std::optional<std::int64_t> to_integer(const Decimal& value);
double to_double(const Decimal& value);
// 15 significant digits. Nothing for infinity and what is not a number.
std::optional<Decimal> from_double(double value);

// Equal values have equal hashes, whatever their scale.
std::uint64_t hash_decimal(const Decimal& value);

}  // namespace oncobridge::profiles::fhirpath
