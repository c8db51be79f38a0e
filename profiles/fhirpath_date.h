// Dates and times of FHIRPath, as precise as they were written. A comparison that the precision or
// a missing time zone leaves open has no result. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "profiles/fhirpath_decimal.h"

namespace oncobridge::profiles::fhirpath {

enum class DatePrecision : std::uint8_t { kYear, kMonth, kDay, kHour, kMinute, kSecond };

// A date, a date with a time, or a time of day (whose date parts are not used). Parts beyond the
// precision have their lowest value.
struct PartialTime {
  std::int16_t year = 1;
  std::uint8_t month = 1;
  std::uint8_t day = 1;
  std::uint8_t hour = 0;
  std::uint8_t minute = 0;
  std::uint8_t second = 0;  // 60: a leap second
  DatePrecision precision = DatePrecision::kYear;
  std::uint8_t fraction_digits = 0;  // of the second, as written; 0: none
  bool has_zone = false;
  std::int16_t zone = 0;  // minutes east of UTC
  std::uint32_t nanoseconds = 0;
};

enum class DateKind : std::uint8_t { kDate, kDateTime, kTime };

// `2015-02-04`, `2015-02-04T14:34:28.123+10:00`, `14:34`. A date-time may stop anywhere, also after
// the `T`. Nothing for another form and for days that do not exist.
std::optional<PartialTime> parse_date(std::string_view text);
std::optional<PartialTime> parse_date_time(std::string_view text);
std::optional<PartialTime> parse_time(std::string_view text);

// The text of a value in the forms above. A date-time without a time has no `T`.
class DateText {
 public:
  DateText(const PartialTime& value, DateKind kind);
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  void digits(unsigned value, int count);
  void put(char c) { bytes_[size_++] = c; }

  std::array<char, 48> bytes_;
  std::size_t size_ = 0;
};

// -1, 0, 1; nothing if the precisions or the zones leave it open. Times of day: `kind` is kTime.
std::optional<int> compare(const PartialTime& a, const PartialTime& b, bool time_of_day);
// Equal values have equal hashes, whatever their zone.
std::uint64_t hash_time(const PartialTime& value);
// For `~`: also the precisions are the same.
bool equivalent(const PartialTime& a, const PartialTime& b, bool time_of_day);

enum class CalendarUnit : std::uint8_t {
  kNone,
  kYear,
  kMonth,
  kWeek,
  kDay,
  kHour,
  kMinute,
  kSecond,
  kMillisecond
};
CalendarUnit calendar_unit(std::string_view word);  // `day`, `days`
std::string_view calendar_word(CalendarUnit unit);  // `day`

// FHIRPath 6.6.7: parts of a unit are dropped above seconds; a unit finer than the precision counts
// in whole ones of the precision. Nothing beyond the years 1 to 9999.
std::optional<PartialTime> add(const PartialTime& value, const Decimal& amount, CalendarUnit unit,
                               DateKind kind);

// Digits of the precision: year 4, month 6, day 8, hour 10, minute 12, second 14, millisecond 17;
// of times 2, 4, 6, 9.
int precision_digits(const PartialTime& value, DateKind kind);
// lowBoundary() and highBoundary() with so many digits. Nothing for a count that is none of these.
std::optional<PartialTime> boundary(const PartialTime& value, DateKind kind, int digits, bool high);

// Seconds since 1970 in UTC as a date-time to the millisecond, written with that zone.
PartialTime date_time_of(std::int64_t seconds, std::uint32_t nanoseconds, std::int16_t zone);

}  // namespace oncobridge::profiles::fhirpath
