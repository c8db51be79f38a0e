#include "profiles/fhirpath_date.h"

#include <algorithm>
#include <cstdlib>

namespace oncobridge::profiles::fhirpath {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in(int year, int month) {
  constexpr std::array<std::uint8_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// Days since 1970-01-01 (H. Hinnant, chrono-compatible low-level date algorithms).
std::int64_t days_of(int year, int month, int day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto of_era = static_cast<std::int64_t>(year) - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

void set_day(PartialTime& value, std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t of_era = days - era * 146'097;
  const std::int64_t year = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t shifted = (5 * of_year + 2) / 153;
  value.day = static_cast<std::uint8_t>(of_year - (153 * shifted + 2) / 5 + 1);
  value.month = static_cast<std::uint8_t>(shifted < 10 ? shifted + 3 : shifted - 9);
  value.year = static_cast<std::int16_t>(year + era * 400 + (value.month <= 2));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool number(std::size_t digits, unsigned low, unsigned high, unsigned& value) {
    if (text_.size() - at_ < digits) return false;
    value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = text_[at_ + i];
      if (c < '0' || c > '9') return false;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    at_ += digits;
    return value >= low && value <= high;
  }
  bool skip(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool at_end() const { return at_ == text_.size(); }

  bool fraction(PartialTime& value) {
    std::uint32_t unit = 100'000'000;
    std::size_t digits = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, ++digits) {
      value.nanoseconds += unit * static_cast<std::uint32_t>(text_[at_] - '0');
      unit /= 10;
    }
    value.fraction_digits = static_cast<std::uint8_t>(std::min<std::size_t>(digits, 9));
    return digits > 0;
  }

  bool date(PartialTime& value) {
    unsigned part = 0;
    if (!number(4, 1, 9999, part)) return false;
    value.year = static_cast<std::int16_t>(part);
    value.precision = DatePrecision::kYear;
    if (!skip('-')) return true;
    if (!number(2, 1, 12, part)) return false;
    value.month = static_cast<std::uint8_t>(part);
    value.precision = DatePrecision::kMonth;
    if (!skip('-')) return true;
    if (!number(2, 1, static_cast<unsigned>(days_in(value.year, value.month)), part)) return false;
    value.day = static_cast<std::uint8_t>(part);
    value.precision = DatePrecision::kDay;
    return true;
  }

  bool time(PartialTime& value) {
    unsigned part = 0;
    if (!number(2, 0, 23, part)) return false;
    value.hour = static_cast<std::uint8_t>(part);
    value.precision = DatePrecision::kHour;
    if (!skip(':')) return true;
    if (!number(2, 0, 59, part)) return false;
    value.minute = static_cast<std::uint8_t>(part);
    value.precision = DatePrecision::kMinute;
    if (!skip(':')) return true;
    if (!number(2, 0, 60, part)) return false;
    value.second = static_cast<std::uint8_t>(part);
    value.precision = DatePrecision::kSecond;
    return !skip('.') || fraction(value);
  }

  bool zone(PartialTime& value) {
    if (at_end()) return true;
    value.has_zone = true;
    if (skip('Z')) return true;
    const bool east = skip('+');
    if (!east && !skip('-')) return false;
    unsigned hours = 0;
    unsigned minutes = 0;
    if (!number(2, 0, 14, hours) || !skip(':') || !number(2, 0, 59, minutes)) return false;
    const int offset = static_cast<int>(hours * 60 + minutes);
    value.zone = static_cast<std::int16_t>(east ? offset : -offset);
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool has_time(const PartialTime& value) { return value.precision >= DatePrecision::kHour; }

// Moves a value by seconds, days included.
void shift(PartialTime& value, std::int64_t seconds) {
  std::int64_t days = days_of(value.year, value.month, value.day);
  std::int64_t of_day = value.hour * 3600 + value.minute * 60 + value.second + seconds;
  days += of_day / kDaySeconds;
  of_day %= kDaySeconds;
  if (of_day < 0) {
    of_day += kDaySeconds;
    --days;
  }
  set_day(value, days);
  value.hour = static_cast<std::uint8_t>(of_day / 3600);
  value.minute = static_cast<std::uint8_t>(of_day / 60 % 60);
  value.second = static_cast<std::uint8_t>(of_day % 60);
}

PartialTime in_utc(PartialTime value) {
  if (value.zone == 0) return value;
  const std::uint8_t second = value.second;  // a leap second stays one
  value.second = 0;
  shift(value, -static_cast<std::int64_t>(value.zone) * 60);
  value.second = second;
  value.zone = 0;
  return value;
}

std::array<std::uint32_t, 6> parts_of(const PartialTime& value) {
  return {static_cast<std::uint32_t>(value.year),
          value.month,
          value.day,
          value.hour,
          value.minute,
          value.second};
}

}  // namespace

std::optional<PartialTime> parse_date(std::string_view text) {
  PartialTime value;
  Reader reader(text);
  if (!reader.date(value) || !reader.at_end()) return {};
  return value;
}

std::optional<PartialTime> parse_date_time(std::string_view text) {
  PartialTime value;
  Reader reader(text);
  if (!reader.date(value)) return {};
  if (reader.at_end()) return value;
  if (!reader.skip('T')) return {};
  if (reader.at_end()) return value;
  if (value.precision != DatePrecision::kDay) return {};
  if (!reader.time(value) || !reader.zone(value) || !reader.at_end()) return {};
  return value;
}

std::optional<PartialTime> parse_time(std::string_view text) {
  PartialTime value;
  Reader reader(text);
  if (!reader.time(value) || !reader.at_end()) return {};
  return value;
}

void DateText::digits(unsigned value, int count) {
  for (int i = count - 1; i >= 0; --i, value /= 10) {
    bytes_[size_ + static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
  }
  size_ += static_cast<std::size_t>(count);
}

DateText::DateText(const PartialTime& value, DateKind kind) {
  if (kind != DateKind::kTime) {
    digits(static_cast<unsigned>(value.year), 4);
    if (value.precision >= DatePrecision::kMonth) put('-'), digits(value.month, 2);
    if (value.precision >= DatePrecision::kDay) put('-'), digits(value.day, 2);
    if (!has_time(value)) return;
    put('T');
  }
  digits(value.hour, 2);
  if (value.precision >= DatePrecision::kMinute) put(':'), digits(value.minute, 2);
  if (value.precision >= DatePrecision::kSecond) {
    put(':');
    digits(value.second, 2);
    if (value.fraction_digits > 0) {
      put('.');
      std::uint32_t fraction = value.nanoseconds;
      for (int i = value.fraction_digits; i < 9; ++i) fraction /= 10;
      digits(fraction, value.fraction_digits);
    }
  }
  if (kind == DateKind::kTime || !value.has_zone) return;
  if (value.zone == 0) {
    put('Z');
    return;
  }
  put(value.zone < 0 ? '-' : '+');
  const auto offset = static_cast<unsigned>(std::abs(value.zone));
  digits(offset / 60, 2);
  put(':');
  digits(offset % 60, 2);
}

std::optional<int> compare(const PartialTime& a, const PartialTime& b, bool time_of_day) {
  PartialTime first = a;
  PartialTime second = b;
  if (!time_of_day && has_time(a) && has_time(b)) {
    if (a.has_zone != b.has_zone) return {};
    if (a.zone != b.zone) {
      first = in_utc(a);
      second = in_utc(b);
    }
  }
  const auto parts_a = parts_of(first);
  const auto parts_b = parts_of(second);
  const auto shared = static_cast<std::size_t>(std::min(a.precision, b.precision));
  for (std::size_t i = time_of_day ? 3 : 0; i <= shared; ++i) {
    if (parts_a[i] != parts_b[i]) return parts_a[i] < parts_b[i] ? -1 : 1;
  }
  if (a.precision != b.precision) return {};
  if (first.nanoseconds == second.nanoseconds) return 0;
  return first.nanoseconds < second.nanoseconds ? -1 : 1;
}

std::uint64_t hash_time(const PartialTime& value) {
  const PartialTime plain = value.has_zone ? in_utc(value) : value;
  std::uint64_t hash = plain.nanoseconds;
  for (const std::uint32_t part : parts_of(plain)) hash = hash * 0x9E3779B97F4A7C15u + part;
  return hash;
}

bool equivalent(const PartialTime& a, const PartialTime& b, bool time_of_day) {
  return a.precision == b.precision && compare(a, b, time_of_day) == 0;
}

namespace {

struct CalendarWord {
  std::string_view one;
  std::string_view many;
  CalendarUnit unit;
};
constexpr std::array<CalendarWord, 8> kCalendarWords = {{
    {"year", "years", CalendarUnit::kYear},
    {"month", "months", CalendarUnit::kMonth},
    {"week", "weeks", CalendarUnit::kWeek},
    {"day", "days", CalendarUnit::kDay},
    {"hour", "hours", CalendarUnit::kHour},
    {"minute", "minutes", CalendarUnit::kMinute},
    {"second", "seconds", CalendarUnit::kSecond},
    {"millisecond", "milliseconds", CalendarUnit::kMillisecond},
}};

std::optional<PartialTime> add_months(PartialTime value, std::int64_t months) {
  const std::int64_t total = value.year * 12 + (value.month - 1) + months;
  if (total < 12 || total >= 10'000 * 12) return {};
  value.year = static_cast<std::int16_t>(total / 12);
  value.month = static_cast<std::uint8_t>(total % 12 + 1);
  value.day = static_cast<std::uint8_t>(std::min<int>(value.day, days_in(value.year, value.month)));
  return value;
}

std::optional<PartialTime> add_nanoseconds(PartialTime value, std::int64_t seconds,
                                           std::int64_t nanoseconds, DateKind kind) {
  constexpr std::int64_t kMost = 10'000 * 366 * kDaySeconds;
  if (seconds > kMost || seconds < -kMost) return {};
  if (kind == DateKind::kTime) seconds %= kDaySeconds;
  std::int64_t fraction = value.nanoseconds + nanoseconds;
  if (fraction < 0) {
    fraction += 1'000'000'000;
    --seconds;
  } else if (fraction >= 1'000'000'000) {
    fraction -= 1'000'000'000;
    ++seconds;
  }
  value.nanoseconds = static_cast<std::uint32_t>(fraction);
  const PartialTime before = value;
  shift(value, seconds);
  if (kind == DateKind::kTime) {  // times of day go round
    value.year = before.year;
    value.month = before.month;
    value.day = before.day;
  }
  const std::int64_t day = days_of(value.year, value.month, value.day);
  if (day < days_of(1, 1, 1) || day > days_of(9999, 12, 31)) return {};
  return value;
}

}  // namespace

CalendarUnit calendar_unit(std::string_view word) {
  for (const CalendarWord& entry : kCalendarWords) {
    if (word == entry.one || word == entry.many) return entry.unit;
  }
  return CalendarUnit::kNone;
}

std::string_view calendar_word(CalendarUnit unit) {
  return unit == CalendarUnit::kNone ? std::string_view()
                                     : kCalendarWords[static_cast<std::size_t>(unit) - 1].one;
}

std::optional<PartialTime> add(const PartialTime& value, const Decimal& amount, CalendarUnit unit,
                               DateKind kind) {
  const auto cut = rescale(amount, 0, Rounding::kTowardZero);
  const auto whole = cut ? to_integer(*cut) : std::nullopt;
  // 10,000 years in milliseconds
  if (!whole || *whole > 400'000'000'000'000 || *whole < -400'000'000'000'000) return {};
  std::int64_t count = *whole;
  if (unit == CalendarUnit::kNone) return {};
  if (unit <= CalendarUnit::kMonth) {
    if (kind == DateKind::kTime) return {};
    if (unit == CalendarUnit::kYear) count *= 12;
    if (value.precision == DatePrecision::kYear) count -= count % 12;
    return add_months(value, count);
  }
  // Seconds of a unit, then whole ones of the precision: 30 days a month, 365 a year.
  constexpr std::array<std::int64_t, 9> kSeconds = {0,  0, 0, 7 * kDaySeconds, kDaySeconds, 3'600,
                                                    60, 1, 0};
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  if (unit == CalendarUnit::kMillisecond) {
    seconds = count / 1'000;
    nanoseconds = count % 1'000 * 1'000'000;
  } else {
    if (__builtin_mul_overflow(count, kSeconds[static_cast<std::size_t>(unit)], &seconds))
      return {};
    if (unit == CalendarUnit::kSecond && amount.scale > 0) {
      const auto part = subtract(amount, *cut);
      const auto fine = part ? rescale(*part, 9, Rounding::kTowardZero) : std::nullopt;
      if (fine) {
        nanoseconds = static_cast<std::int64_t>(fine->coefficient);
        if (fine->negative) nanoseconds = -nanoseconds;
      }
    }
  }
  switch (value.precision) {
    case DatePrecision::kYear:
      return add_months(value, seconds / (365 * kDaySeconds) * 12);
    case DatePrecision::kMonth:
      return add_months(value, seconds / (30 * kDaySeconds));
    case DatePrecision::kDay:
      seconds -= seconds % kDaySeconds;
      return add_nanoseconds(value, seconds, 0, kind);
    case DatePrecision::kHour:
      return add_nanoseconds(value, seconds - seconds % 3'600, 0, kind);
    case DatePrecision::kMinute:
      return add_nanoseconds(value, seconds - seconds % 60, 0, kind);
    case DatePrecision::kSecond:
      break;
  }
  auto result = add_nanoseconds(value, seconds, nanoseconds, kind);
  if (result && nanoseconds % 1'000'000'000 != 0) {
    result->fraction_digits = std::max<std::uint8_t>(result->fraction_digits, 3);
  }
  return result;
}

int precision_digits(const PartialTime& value, DateKind kind) {
  constexpr std::array<int, 6> kDigits = {4, 6, 8, 10, 12, 14};
  int digits = kDigits[static_cast<std::size_t>(value.precision)];
  if (value.precision == DatePrecision::kSecond && value.fraction_digits > 0) {
    digits += std::max<int>(value.fraction_digits, 3);
  }
  return kind == DateKind::kTime ? digits - 8 : digits;
}

std::optional<PartialTime> boundary(const PartialTime& value, DateKind kind, int digits,
                                    bool high) {
  if (kind == DateKind::kTime) digits += 8;
  constexpr std::array<int, 7> kDigits = {4, 6, 8, 10, 12, 14, 17};
  const auto* found = std::find(kDigits.begin(), kDigits.end(), digits);
  if (found == kDigits.end()) return {};
  PartialTime result = value;
  if (high) {
    if (value.precision < DatePrecision::kMonth) result.month = 12;
    if (value.precision < DatePrecision::kDay) {
      result.day = static_cast<std::uint8_t>(days_in(result.year, result.month));
    }
    if (value.precision < DatePrecision::kHour) result.hour = 23;
    // A FHIR time has minutes: an hour alone is read as its first minute, as the specification's
    // example `@2014-01-01T08.highBoundary(17)` = @2014-01-01T08:00:59.999-12:00 has it.
    if (value.precision < DatePrecision::kHour) result.minute = 59;
    if (value.precision < DatePrecision::kSecond) result.second = 59;
    if (value.precision < DatePrecision::kSecond || value.fraction_digits == 0) {
      result.nanoseconds = 999'000'000;
    } else if (value.fraction_digits < 3) {
      result.nanoseconds += value.fraction_digits == 1 ? 99'000'000 : 9'000'000;
    }
  }
  const auto index = static_cast<std::size_t>(found - kDigits.begin());
  result.precision = static_cast<DatePrecision>(std::min<std::size_t>(index, 5));
  result.fraction_digits = index == 6 ? 3 : 0;
  if (index < 6) result.nanoseconds = 0;
  if (index == 6) result.nanoseconds -= result.nanoseconds % 1'000'000;
  if (result.precision < DatePrecision::kHour) {
    result.has_zone = false;
    result.zone = 0;
  } else if (kind != DateKind::kTime && !result.has_zone) {
    result.has_zone = true;
    result.zone = high ? -12 * 60 : 14 * 60;
  }
  return result;
}

PartialTime date_time_of(std::int64_t seconds, std::uint32_t nanoseconds, std::int16_t zone) {
  PartialTime value;
  value.year = 1970;
  value.precision = DatePrecision::kSecond;
  shift(value, seconds + zone * 60);
  value.nanoseconds = nanoseconds - nanoseconds % 1'000'000;
  value.fraction_digits = 3;
  value.has_zone = true;
  value.zone = zone;
  return value;
}

}  // namespace oncobridge::profiles::fhirpath
