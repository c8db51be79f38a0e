#include "oncobridge/base/partial_date.h"

namespace oncobridge {
namespace {

// Decimal digits only, -1 otherwise.
int number(std::string_view text) {
  int result = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    result = result * 10 + (c - '0');
  }
  return result;
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

DatePrecision partial_date_precision(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return DatePrecision::none;
  const int year = number(text.substr(0, 4));
  if (year < 1) return DatePrecision::none;
  if (text.size() == 4) return DatePrecision::year;
  const int month = number(text.substr(5, 2));
  if (text[4] != '-' || month < 1 || month > 12) return DatePrecision::none;
  if (text.size() == 7) return DatePrecision::month;
  const int day = number(text.substr(8, 2));
  if (text[7] != '-' || day < 1 || day > days_in_month(year, month)) return DatePrecision::none;
  return DatePrecision::day;
}

bool is_instant(std::string_view text) {
  if (text.size() < 20 || partial_date_precision(text.substr(0, 10)) != DatePrecision::day)
    return false;
  const int hour = number(text.substr(11, 2));
  const int minute = number(text.substr(14, 2));
  const int second = number(text.substr(17, 2));
  if (text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
  std::string_view zone = text.substr(19);
  if (zone.front() == '.') {
    std::size_t digits = 1;
    while (digits < zone.size() && zone[digits] >= '0' && zone[digits] <= '9') ++digits;
    if (digits == 1) return false;
    zone.remove_prefix(digits);
  }
  if (zone == "Z") return true;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return false;
  const int zone_hour = number(zone.substr(1, 2));
  const int zone_minute = number(zone.substr(4, 2));
  // R4 datatypes.html#instant: at most 14:00.
  return zone_hour >= 0 && zone_hour * 60 + zone_minute <= 14 * 60 && zone_minute >= 0 &&
         zone_minute <= 59;
}

}  // namespace oncobridge
