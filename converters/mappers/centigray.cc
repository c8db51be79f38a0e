#include "converters/mappers/centigray.h"

#include <charconv>

namespace oncobridge {
namespace {

// 5e1 -> 5e3: the exponent takes the two places. Empty if the exponent is no int.
std::string_view with_exponent(std::string_view gray, std::size_t e, CentigrayText& out) {
  int exponent = 0;
  const bool plus = gray[e + 1] == '+';
  const char* digits = gray.data() + e + 1 + (plus ? 1 : 0);
  if (std::from_chars(digits, gray.data() + gray.size(), exponent).ec != std::errc{}) return {};
  char* at = out.data() + gray.copy(out.data(), e + 1);
  at = std::to_chars(at, out.data() + out.size(), static_cast<long long>(exponent) + 2).ptr;
  return {out.data(), static_cast<std::size_t>(at - out.data())};
}

}  // namespace

std::string_view centigray(std::string_view gray, CentigrayText& out) {
  const std::size_t e = gray.find_first_of("eE");
  if (e != std::string_view::npos) return with_exponent(gray, e, out);
  std::size_t size = 0;
  if (gray.front() == '-') {
    out[size++] = '-';
    gray.remove_prefix(1);
  }
  const std::size_t point = gray.find('.');
  const std::string_view whole = gray.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view{} : gray.substr(point + 1);
  const std::size_t start = size;
  for (const char digit : whole) out[size++] = digit;
  for (std::size_t i = 0; i < 2; ++i) out[size++] = i < fraction.size() ? fraction[i] : '0';
  std::size_t zeros = 0;  // 0.5 -> 050 -> 50; one digit stays
  while (start + zeros + 1 < size && out[start + zeros] == '0') ++zeros;
  for (std::size_t i = start + zeros; i < size; ++i) out[i - zeros] = out[i];
  size -= zeros;
  if (fraction.size() > 2) {
    out[size++] = '.';
    for (const char digit : fraction.substr(2)) out[size++] = digit;
  }
  return {out.data(), size};
}

}  // namespace oncobridge
