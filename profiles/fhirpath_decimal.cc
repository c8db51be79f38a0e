#include "profiles/fhirpath_decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace oncobridge::profiles::fhirpath {
namespace {

constexpr std::array<Coefficient, Decimal::kMaxDigits + 1> make_powers() {
  std::array<Coefficient, Decimal::kMaxDigits + 1> powers{};
  Coefficient power = 1;
  for (auto& entry : powers) {
    entry = power;
    power *= 10;  // the last product overflows and is not used
  }
  return powers;
}
constexpr auto kPowers = make_powers();
constexpr Coefficient kLimit = kPowers[Decimal::kMaxDigits];  // coefficients are smaller

int digits_of(Coefficient value) {
  return static_cast<int>(std::upper_bound(kPowers.begin(), kPowers.end(), value) -
                          kPowers.begin());
}

// value * 10^places, if it fits.
std::optional<Coefficient> shift_up(Coefficient value, int places) {
  if (value == 0) return value;
  if (places > Decimal::kMaxDigits || digits_of(value) + places > Decimal::kMaxDigits) return {};
  return value * kPowers[places];
}

// value / 10^places, rounded by magnitude.
Coefficient shift_down(Coefficient value, int places, bool half_up, bool up) {
  if (places <= 0) return value;
  if (places > Decimal::kMaxDigits) return up && value != 0 ? 1 : 0;
  const Coefficient quotient = value / kPowers[places];
  const Coefficient rest = value % kPowers[places];
  if (up && rest != 0) return quotient + 1;
  return half_up && rest >= kPowers[places] / 2 && rest != 0 ? quotient + 1 : quotient;
}

struct Aligned {
  Coefficient a;
  Coefficient b;
  std::uint8_t scale;
};

// Both with one scale: the larger one, or the largest that fits.
std::optional<Aligned> align(const Decimal& first, const Decimal& second) {
  if (first.scale == second.scale)
    return Aligned{first.coefficient, second.coefficient, first.scale};
  if (first.scale > second.scale) {
    const auto swapped = align(second, first);
    if (!swapped) return {};
    return Aligned{swapped->b, swapped->a, swapped->scale};
  }
  for (int scale = second.scale; scale >= first.scale; --scale) {
    const auto up = shift_up(first.coefficient, scale - first.scale);
    if (!up) continue;
    return Aligned{*up, shift_down(second.coefficient, second.scale - scale, true, false),
                   static_cast<std::uint8_t>(scale)};
  }
  return {};
}

int compare_magnitude(const Decimal& a, const Decimal& b) {
  const Coefficient whole_a = a.coefficient / kPowers[a.scale];
  const Coefficient whole_b = b.coefficient / kPowers[b.scale];
  if (whole_a != whole_b) return whole_a < whole_b ? -1 : 1;
  const int scale = std::max(a.scale, b.scale);
  const Coefficient part_a = (a.coefficient % kPowers[a.scale]) * kPowers[scale - a.scale];
  const Coefficient part_b = (b.coefficient % kPowers[b.scale]) * kPowers[scale - b.scale];
  return part_a == part_b ? 0 : part_a < part_b ? -1 : 1;
}

// Fewer digits after the point until the coefficient is below the limit.
Decimal shortened(Decimal value, Coefficient limit) {
  while (value.coefficient >= limit && value.scale > 0) {
    value.coefficient = shift_down(value.coefficient, 1, true, false);
    --value.scale;
  }
  return value;
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal result;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) result.negative = text[at++] == '-';
  bool any = false;
  bool point = false;
  int scale = 0;
  int dropped = 0;  // digits before the point that did not fit
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.') {
      if (point || !any) return {};
      point = true;
      if (at + 1 == text.size() || text[at + 1] < '0' || text[at + 1] > '9') return {};
      continue;
    }
    if (c < '0' || c > '9') break;
    any = true;
    if (result.coefficient >= kPowers[Decimal::kMaxDigits - 1] || scale >= Decimal::kMaxDigits) {
      if (!point) ++dropped;
      continue;
    }
    result.coefficient = result.coefficient * 10 + static_cast<unsigned>(c - '0');
    if (point) ++scale;
  }
  if (!any || dropped > 0) return {};
  int exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t from = at + 1;
    if (from < text.size() && text[from] == '+') ++from;
    const auto read = std::from_chars(text.data() + from, text.data() + text.size(), exponent);
    if (read.ec != std::errc() || std::abs(exponent) > 1000) return {};
    at = static_cast<std::size_t>(read.ptr - text.data());
  }
  if (at != text.size()) return {};
  scale -= exponent;
  if (scale < 0) {
    const auto up = shift_up(result.coefficient, -scale);
    if (!up) return {};
    result.coefficient = *up;
    scale = 0;
  } else if (scale > Decimal::kMaxDigits) {
    result.coefficient = shift_down(result.coefficient, scale - Decimal::kMaxDigits, false, false);
    scale = Decimal::kMaxDigits;
  }
  result.scale = static_cast<std::uint8_t>(scale);
  if (result.is_zero()) result.negative = false;
  return result;
}

DecimalText::DecimalText(const Decimal& value) {
  std::size_t at = bytes_.size();
  Coefficient rest = value.coefficient;
  int written = 0;
  do {
    if (written == value.scale && written > 0) bytes_[--at] = '.';
    bytes_[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
    ++written;
  } while (rest != 0 || written <= value.scale);
  if (value.negative) bytes_[--at] = '-';
  begin_ = at;
}

int compare(const Decimal& a, const Decimal& b) {
  const bool negative_a = a.negative && !a.is_zero();
  const bool negative_b = b.negative && !b.is_zero();
  if (negative_a != negative_b) return negative_a ? -1 : 1;
  const int order = compare_magnitude(a, b);
  return negative_a ? -order : order;
}

Decimal negate(Decimal value) {
  value.negative = !value.is_zero() && !value.negative;
  return value;
}

Decimal absolute(Decimal value) {
  value.negative = false;
  return value;
}

std::optional<Decimal> rescale(const Decimal& value, int scale, Rounding rounding) {
  if (scale < 0 || scale > Decimal::kMaxDigits) return {};
  Decimal result = value;
  result.scale = static_cast<std::uint8_t>(scale);
  if (scale >= value.scale) {
    const auto up = shift_up(value.coefficient, scale - value.scale);
    if (!up) return {};
    result.coefficient = *up;
    return result;
  }
  const bool up = rounding == (value.negative ? Rounding::kFloor : Rounding::kCeiling);
  result.coefficient =
      shift_down(value.coefficient, value.scale - scale, rounding == Rounding::kHalfAway, up);
  if (result.is_zero()) result.negative = false;
  return result;
}

Decimal trimmed(Decimal value) {
  while (value.scale > 0 && value.coefficient % 10 == 0) {
    value.coefficient /= 10;
    --value.scale;
  }
  return value;
}

std::optional<Decimal> add(const Decimal& a, const Decimal& b) {
  const auto both = align(a, b);
  if (!both) return {};
  Decimal result;
  result.scale = both->scale;
  if (a.negative == b.negative) {
    result.coefficient = both->a + both->b;
    result.negative = a.negative;
  } else {
    const bool first_larger = both->a >= both->b;
    result.coefficient = first_larger ? both->a - both->b : both->b - both->a;
    result.negative = first_larger ? a.negative : b.negative;
  }
  result = shortened(result, kLimit);
  if (result.coefficient >= kLimit) return {};
  if (result.is_zero()) result.negative = false;
  return result;
}

std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) {
  Decimal other = b;
  other.negative = !b.negative;
  return add(a, other);
}

std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) {
  Decimal first = a;
  Decimal second = b;
  Coefficient product = 0;
  while (__builtin_mul_overflow(first.coefficient, second.coefficient, &product) ||
         product >= kLimit) {
    // Shorten the one with more digits after the point.
    Decimal& longer = first.scale >= second.scale ? first : second;
    if (longer.scale == 0) return {};
    longer.coefficient = shift_down(longer.coefficient, 1, true, false);
    --longer.scale;
  }
  Decimal result;
  result.coefficient = product;
  result.negative = product != 0 && a.negative != b.negative;
  const int scale = first.scale + second.scale;
  result.scale = static_cast<std::uint8_t>(std::min(scale, Decimal::kMaxDigits));
  result.coefficient = shift_down(product, scale - result.scale, true, false);
  return result;
}

std::optional<Decimal> divide(const Decimal& a, const Decimal& b) {
  constexpr int kSignificant = 28;
  if (b.is_zero()) return {};
  const Decimal dividend = trimmed(a);
  const Decimal divisor = shortened(trimmed(b), kPowers[Decimal::kMaxDigits - 1]);
  if (divisor.coefficient >= kPowers[Decimal::kMaxDigits - 1]) return {};
  Coefficient result = dividend.coefficient / divisor.coefficient;
  Coefficient rest = dividend.coefficient % divisor.coefficient;
  int scale = dividend.scale - divisor.scale;
  while (scale < 0 ||
         (rest != 0 && digits_of(result) <= kSignificant && scale <= Decimal::kMaxDigits)) {
    if (digits_of(result) >= Decimal::kMaxDigits) return {};
    rest *= 10;
    result = result * 10 + rest / divisor.coefficient;
    rest %= divisor.coefficient;
    ++scale;
  }
  Decimal quotient;
  quotient.coefficient = result;
  if (scale > Decimal::kMaxDigits || (rest != 0 && scale > 0)) {
    quotient.coefficient = shift_down(result, 1, true, false);
    --scale;
  }
  quotient.scale = static_cast<std::uint8_t>(std::min(scale, Decimal::kMaxDigits));
  quotient.coefficient = shift_down(quotient.coefficient, scale - quotient.scale, true, false);
  quotient.negative = quotient.coefficient != 0 && a.negative != b.negative;
  return trimmed(quotient);
}

std::optional<Decimal> quotient(const Decimal& a, const Decimal& b) {
  if (b.is_zero()) return {};
  const auto both = align(a, b);
  if (!both || both->b == 0) return {};
  Decimal result;
  result.coefficient = both->a / both->b;
  result.negative = result.coefficient != 0 && a.negative != b.negative;
  return result;
}

std::optional<Decimal> remainder(const Decimal& a, const Decimal& b) {
  if (b.is_zero()) return {};
  const auto both = align(a, b);
  if (!both || both->b == 0) return {};
  Decimal result;
  result.coefficient = both->a % both->b;
  result.scale = both->scale;
  result.negative = result.coefficient != 0 && a.negative;
  return result;
}

std::optional<Decimal> power(const Decimal& base, std::uint32_t exponent) {
  std::optional<Decimal> result = Decimal::of(1);
  std::optional<Decimal> square = base;
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) {
      if (!square) return {};
      result = multiply(*result, *square);
      if (!result) return {};
    }
    if (square) square = multiply(*square, *square);
  }
  return result;
}

std::optional<std::int64_t> to_integer(const Decimal& value) {
  const Decimal whole = trimmed(value);
  if (whole.scale != 0 || whole.coefficient > 0x7FFFFFFFFFFFFFFFu) return {};
  const auto magnitude = static_cast<std::int64_t>(whole.coefficient);
  return whole.negative ? -magnitude : magnitude;
}

double to_double(const Decimal& value) {
  const DecimalText text(value);
  double result = 0;
  std::from_chars(text.view().data(), text.view().data() + text.view().size(), result);
  return result;
}

std::optional<Decimal> from_double(double value) {
  if (!std::isfinite(value)) return {};
  std::array<char, 40> buffer;
  const int length = std::snprintf(buffer.data(), buffer.size(), "%.14e", value);
  const auto result =
      parse_decimal(std::string_view(buffer.data(), static_cast<std::size_t>(length)));
  if (!result) return {};
  return trimmed(*result);
}

std::uint64_t hash_decimal(const Decimal& value) {
  const Decimal plain = trimmed(value);
  std::uint64_t hash = static_cast<std::uint64_t>(plain.coefficient) * 0x9E3779B97F4A7C15u;
  hash ^= static_cast<std::uint64_t>(plain.coefficient >> 64) * 0xC2B2AE3D27D4EB4Fu;
  hash ^= plain.scale * 0x165667B19E3779F9u;
  return plain.negative && !plain.is_zero() ? ~hash : hash;
}

}  // namespace oncobridge::profiles::fhirpath
