#include "profiles/ucum_number.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace oncobridge::profiles {
namespace {

constexpr long double kPi = 3.14159265358979323846264338327950288L;

constexpr Wide kMaxNarrow = ~std::uint64_t{0};

// Most numbers fit into 64 bits, whose division is many times faster.
Wide greatest_divisor(Wide a, Wide b) {
  while (b != 0 && (a > kMaxNarrow || b > kMaxNarrow)) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  if (b == 0) return a;
  auto narrow_a = static_cast<std::uint64_t>(a);
  auto narrow_b = static_cast<std::uint64_t>(b);
  while (narrow_b != 0) {
    const std::uint64_t rest = narrow_a % narrow_b;
    narrow_a = narrow_b;
    narrow_b = rest;
  }
  return narrow_a;
}

// Divides by ten while that leaves no rest; how often.
std::int32_t strip_tens(Wide& number) {
  std::int32_t tens = 0;
  for (; number > kMaxNarrow && number % 10 == 0; number /= 10) ++tens;
  if (number > kMaxNarrow) return tens;
  auto narrow = static_cast<std::uint64_t>(number);
  for (; narrow % 10 == 0 && narrow != 0; narrow /= 10) ++tens;
  number = narrow;
  return tens;
}

bool multiply_checked(Wide a, Wide b, Wide& product) {
  return !__builtin_mul_overflow(a, b, &product);
}

long double power_of_ten(std::int32_t exponent) {
  return std::pow(10.0L, static_cast<long double>(exponent));
}

// Powers of ten go to `tens`, common divisors vanish.
void reduce(UnitFactor& factor) {
  factor.tens += strip_tens(factor.numerator) - strip_tens(factor.denominator);
  if (factor.denominator == 1) return;
  const Wide divisor = greatest_divisor(factor.numerator, factor.denominator);
  factor.numerator /= divisor;
  factor.denominator /= divisor;
}

long double ratio(const UnitFactor& factor) {
  return factor.exact ? static_cast<long double>(factor.numerator) /
                            static_cast<long double>(factor.denominator)
                      : factor.mantissa;
}

void set_inexact(UnitFactor& factor, long double value) {
  const auto tens = static_cast<std::int32_t>(std::floor(std::log10(value)));
  factor.exact = false;
  factor.numerator = factor.denominator = 1;
  factor.mantissa = value / power_of_ten(tens);
  factor.tens += tens;
}

// An unsigned integer of 2,048 bits: enough for four 128-bit numbers times 10^400.
class Huge {
 public:
  explicit Huge(Wide value) {
    for (; value != 0; value >>= 32) limbs_[size_++] = static_cast<std::uint32_t>(value);
  }
  void multiply(Wide by) {
    if (by == 1) return;
    const Huge other(by);
    Huge product(0);
    for (std::size_t i = 0; i < other.size_; ++i) {
      std::uint64_t carry = 0;
      for (std::size_t j = 0; (j < size_ || carry != 0) && i + j < kLimbs; ++j) {
        carry += product.limbs_[i + j];
        if (j < size_) carry += std::uint64_t{other.limbs_[i]} * limbs_[j];
        product.limbs_[i + j] = static_cast<std::uint32_t>(carry);
        carry >>= 32;
      }
    }
    product.size_ = std::min(size_ + other.size_, kLimbs);
    while (product.size_ > 0 && product.limbs_[product.size_ - 1] == 0) --product.size_;
    *this = product;
  }
  void multiply_by_ten(std::int64_t times) {
    for (; times >= 9; times -= 9) multiply(1'000'000'000);
    for (; times > 0; --times) multiply(10);
  }
  int compare(const Huge& other) const {
    if (size_ != other.size_) return size_ < other.size_ ? -1 : 1;
    for (std::size_t i = size_; i-- > 0;) {
      if (limbs_[i] != other.limbs_[i]) return limbs_[i] < other.limbs_[i] ? -1 : 1;
    }
    return 0;
  }

 private:
  static constexpr std::size_t kLimbs = 64;
  std::size_t size_ = 0;  // limbs in use; the highest is not 0
  std::array<std::uint32_t, kLimbs> limbs_{};
};

// log10 of a positive product.
long double size_of(const UnitDecimal& value, const UnitFactor& factor) {
  return std::log10(static_cast<long double>(value.coefficient)) + std::log10(ratio(factor)) +
         static_cast<long double>(value.exponent) + static_cast<long double>(factor.tens) +
         static_cast<long double>(factor.pis) * std::log10(kPi);
}

int compare_sizes(const UnitDecimal& a, const UnitFactor& fa, const UnitDecimal& b,
                  const UnitFactor& fb) {
  const std::int64_t shift =
      std::int64_t{a.exponent} + fa.tens - (std::int64_t{b.exponent} + fb.tens);
  const bool exact = a.exact && b.exact && fa.exact && fb.exact && fa.pis == fb.pis;
  if (!exact || shift < -400 || shift > 400) {
    const long double difference = size_of(a, fa) - size_of(b, fb);
    if (std::fabs(difference) < 1e-15L) return 0;
    return difference < 0 ? -1 : 1;
  }
  Huge left(a.coefficient);
  left.multiply(fa.numerator);
  left.multiply(fb.denominator);
  Huge right(b.coefficient);
  right.multiply(fb.numerator);
  right.multiply(fa.denominator);
  left.multiply_by_ten(shift);
  right.multiply_by_ten(-shift);
  return left.compare(right);
}

}  // namespace

void UnitFactor::multiply(const UnitFactor& by) {
  tens += by.tens;
  pis += by.pis;
  if (by.exact && by.numerator == 1 && by.denominator == 1) return;
  const long double product = ratio(*this) * ratio(by);
  if (exact && by.exact) {
    // Dividing crosswise first keeps the numbers small.
    const Wide first = greatest_divisor(numerator, by.denominator);
    const Wide second = greatest_divisor(by.numerator, denominator);
    Wide above = 0;
    Wide below = 0;
    if (multiply_checked(numerator / first, by.numerator / second, above) &&
        multiply_checked(denominator / second, by.denominator / first, below)) {
      numerator = above;
      denominator = below;
      reduce(*this);
      return;
    }
  }
  set_inexact(*this, product);
}

UnitFactor UnitFactor::inverse() const {
  UnitFactor result;
  result.numerator = denominator;
  result.denominator = numerator;
  result.tens = -tens;
  result.pis = -pis;
  if (!exact) set_inexact(result, 1 / mantissa);
  return result;
}

UnitFactor UnitFactor::power(std::int32_t exponent) const {
  if (exponent == 1) return *this;
  UnitFactor result;
  UnitFactor square = exponent < 0 ? inverse() : *this;
  for (std::uint32_t rest = static_cast<std::uint32_t>(exponent < 0 ? -exponent : exponent);
       rest != 0; rest >>= 1) {
    if ((rest & 1) != 0) result.multiply(square);
    if (rest > 1) square.multiply(square);
  }
  return result;
}

long double UnitFactor::approximate() const {
  return ratio(*this) * power_of_ten(tens) * std::pow(kPi, static_cast<long double>(pis));
}

std::optional<UnitDecimal> UnitDecimal::read(std::string_view text) {
  UnitDecimal result;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) result.negative = text[i++] == '-';
  const std::size_t first = i;
  bool point = false;
  std::size_t digits = 0;
  for (; i < text.size() && (text[i] == '.' || (text[i] >= '0' && text[i] <= '9')); ++i) {
    if (text[i] == '.') {
      if (point || i == first) return std::nullopt;
      point = true;
      continue;
    }
    ++digits;
    if (result.coefficient < Wide{1} << 120) {
      result.coefficient = result.coefficient * 10 + static_cast<Wide>(text[i] - '0');
      result.exponent -= point ? 1 : 0;
    } else {
      result.exact = result.exact && text[i] == '0';
      result.exponent += point ? 0 : 1;
    }
  }
  if (digits == 0 || text[i - 1] == '.') return std::nullopt;
  if (i == text.size()) return result;
  if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
  ++i;
  const bool negative = i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  if (i == text.size() || text.size() - i > 6) return std::nullopt;
  std::int32_t exponent = 0;
  for (; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    exponent = exponent * 10 + (text[i] - '0');
  }
  result.exponent += negative ? -exponent : exponent;
  return result;
}

UnitDecimal UnitDecimal::plus(const UnitDecimal& other) const {
  UnitDecimal high = *this;
  UnitDecimal low = other;
  if (high.coefficient == 0 || low.coefficient == 0) return high.coefficient == 0 ? low : high;
  if (high.exponent < low.exponent) std::swap(high, low);
  while (high.exponent > low.exponent && high.coefficient < Wide{1} << 120) {
    high.coefficient *= 10;
    --high.exponent;
  }
  bool exact = high.exact && low.exact;
  for (; high.exponent > low.exponent; ++low.exponent) {  // too far apart: digits are dropped
    exact = exact && low.coefficient % 10 == 0;
    low.coefficient /= 10;
    if (low.coefficient == 0) low.exponent = high.exponent - 1;
  }
  if (high.negative == low.negative) {
    high.coefficient += low.coefficient;
  } else if (high.coefficient >= low.coefficient) {
    high.coefficient -= low.coefficient;
  } else {
    high.coefficient = low.coefficient - high.coefficient;
    high.negative = low.negative;
  }
  high.exact = exact;
  return high;
}

long double UnitDecimal::approximate() const {
  const long double size = static_cast<long double>(coefficient) * power_of_ten(exponent);
  return negative ? -size : size;
}

std::string UnitDecimal::text() const {
  if (coefficient == 0) return "0";
  Wide rest = coefficient;
  std::int32_t power = exponent;
  for (; rest % 10 == 0; rest /= 10) ++power;
  std::string digits;
  for (; rest != 0; rest /= 10) digits.insert(digits.begin(), static_cast<char>('0' + rest % 10));
  const auto size = static_cast<std::int32_t>(digits.size());
  if (power >= 0 && size + power <= 40) {
    digits.append(static_cast<std::size_t>(power), '0');
  } else if (power < 0 && power > -40) {
    if (size <= -power) digits.insert(0, static_cast<std::size_t>(1 - power - size), '0');
    digits.insert(digits.size() - static_cast<std::size_t>(-power), ".");
  } else {
    digits += "e" + std::to_string(power);
  }
  return negative ? "-" + digits : digits;
}

UnitFactor factor_of(const UnitDecimal& decimal) {
  UnitFactor factor;
  factor.numerator = decimal.coefficient;
  factor.tens = decimal.exponent;
  reduce(factor);
  if (!decimal.exact) set_inexact(factor, ratio(factor));
  return factor;
}

int compare_products(const UnitDecimal& a, const UnitFactor& fa, const UnitDecimal& b,
                     const UnitFactor& fb) {
  const int sign_a = a.coefficient == 0 ? 0 : a.negative ? -1 : 1;
  const int sign_b = b.coefficient == 0 ? 0 : b.negative ? -1 : 1;
  if (sign_a != sign_b) return sign_a < sign_b ? -1 : 1;
  return sign_a == 0 ? 0 : sign_a * compare_sizes(a, fa, b, fb);
}

std::optional<UnitDecimal> exact_product(const UnitDecimal& value, const UnitFactor& factor) {
  if (!value.exact || !factor.exact || factor.pis != 0) return std::nullopt;
  UnitDecimal result = value;
  result.exponent += factor.tens;
  if (value.coefficient == 0) return result;
  const Wide divisor = greatest_divisor(value.coefficient, factor.denominator);
  Wide below = factor.denominator / divisor;
  if (!multiply_checked(value.coefficient / divisor, factor.numerator, result.coefficient)) {
    return std::nullopt;
  }
  // 1/2 is 5/10, 1/5 is 2/10.
  for (; below % 10 == 0; below /= 10) --result.exponent;
  for (const unsigned prime : {2U, 5U}) {
    for (; below % prime == 0; below /= prime, --result.exponent) {
      if (!multiply_checked(result.coefficient, 10 / prime, result.coefficient)) {
        return std::nullopt;
      }
    }
  }
  if (below != 1) return std::nullopt;
  return result;
}

}  // namespace oncobridge::profiles
