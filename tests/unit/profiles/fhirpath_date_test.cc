#include "profiles/fhirpath_date.h"

#include <gmock/gmock.h>

#include <string>

namespace oncobridge::profiles::fhirpath {
namespace {

PartialTime at(std::string_view text) { return parse_date_time(text).value(); }

std::string text(const std::optional<PartialTime>& value, DateKind kind = DateKind::kDateTime) {
  return value ? std::string(DateText(*value, kind).view()) : "none";
}

TEST(FhirPathDate, ReadsAndWritesEachPrecision) {
  for (const std::string_view written :
       {"2015", "2015-02", "2015-02-28", "2015-02-04T14", "2015-02-04T14:34", "2015-02-04T14:34:28",
        "2015-02-04T14:34:28.1", "2015-02-04T14:34:28.123456+10:00", "2015-02-04T14:34:28Z",
        "2015-02-04T14-05:30", "2016-12-31T23:59:60Z"}) {
    EXPECT_EQ(text(at(written)), written);
  }
  EXPECT_EQ(text(parse_time("14:34"), DateKind::kTime), "14:34");
  EXPECT_EQ(text(at("2015T")), "2015");
}

TEST(FhirPathDate, DaysAndZonesThatAreNoneAreRefused) {
  for (const std::string_view written :
       {"", "15", "2015-13", "2015-02-29", "1900-02-29", "2015-1", "2015-01-01T24", "2015-01T10",
        "2015-01-01T10:60", "2015-01-01T10:00:61", "2015-01-01T10:00+15:00", "0000",
        "2015-01-01T10:00:00.", "2015-01-01 10:00"}) {
    EXPECT_FALSE(parse_date_time(written)) << written;
  }
  EXPECT_TRUE(parse_date_time("2000-02-29"));
  EXPECT_FALSE(parse_time("10:00Z"));
}

TEST(FhirPathDate, APartialDateIsComparedAsFarAsItGoes) {
  const auto compared = [](std::string_view a, std::string_view b) {
    return compare(at(a), at(b), false);
  };
  EXPECT_EQ(compared("2012", "2013-01"), -1);
  EXPECT_EQ(compared("2012", "2012-01"), std::nullopt);
  EXPECT_EQ(compared("2018-03-01T10:30", "2018-03-01T10:30:00"), std::nullopt);
  EXPECT_EQ(compared("2018-03-01T10:30:00", "2018-03-01T10:30:00.000"), 0);
  EXPECT_EQ(compared("2018-03-01T10:30:00.1", "2018-03-01T10:30:00.09"), 1);
}

TEST(FhirPathDate, ZonesAreTakenIntoAccountAndAMissingOneLeavesItOpen) {
  const auto compared = [](std::string_view a, std::string_view b) {
    return compare(at(a), at(b), false);
  };
  EXPECT_EQ(compared("2012-04-15T15:00:00+02:00", "2012-04-15T16:00:00+03:00"), 0);
  EXPECT_EQ(compared("2012-12-31T23:30:00-01:00", "2013-01-01T00:15:00Z"), 1);
  EXPECT_EQ(compared("2012-04-15T15:00:00Z", "2012-04-15T10:00:00"), std::nullopt);
  EXPECT_EQ(compared("2012-04-15", "2012-04-16T00:30:00Z"), -1);
  EXPECT_EQ(hash_time(at("2012-04-15T15:00:00+02:00")), hash_time(at("2012-04-15T13:00:00Z")));
}

TEST(FhirPathDate, AMonthLaterIsTheLastDayOfAShorterMonth) {
  const auto added = [](std::string_view text_of, std::string_view amount, CalendarUnit unit) {
    return text(add(at(text_of), parse_decimal(amount).value(), unit, DateKind::kDateTime));
  };
  EXPECT_EQ(added("2015-01-31", "1", CalendarUnit::kMonth), "2015-02-28");
  EXPECT_EQ(added("2016-02-29", "1", CalendarUnit::kYear), "2017-02-28");
  EXPECT_EQ(added("1973-12-25", "7.7", CalendarUnit::kDay), "1974-01-01");
  EXPECT_EQ(added("1974-01-01", "-1", CalendarUnit::kDay), "1973-12-31");
  EXPECT_EQ(added("2014", "24", CalendarUnit::kMonth), "2016");
  EXPECT_EQ(added("2014", "23", CalendarUnit::kMonth), "2015");
  EXPECT_EQ(added("2014-01-01", "47", CalendarUnit::kHour), "2014-01-02");
  EXPECT_EQ(added("2014-01-01T23:59:59.5Z", "0.75", CalendarUnit::kSecond),
            "2014-01-02T00:00:00.250Z");
  EXPECT_EQ(added("9999-12-31", "1", CalendarUnit::kDay), "none");
  EXPECT_EQ(added("2014", "999999999999999999999", CalendarUnit::kYear), "none");
  EXPECT_EQ(text(add(parse_time("23:30").value(), Decimal::of(45), CalendarUnit::kMinute,
                     DateKind::kTime),
                 DateKind::kTime),
            "00:15");
}

TEST(FhirPathDate, BoundariesFillWhatWasNotWritten) {
  const auto bound = [](std::string_view text_of, int digits, bool high) {
    return text(boundary(at(text_of), DateKind::kDateTime, digits, high));
  };
  EXPECT_EQ(bound("2014", 8, false), "2014-01-01");
  EXPECT_EQ(bound("2016-02", 8, true), "2016-02-29");
  EXPECT_EQ(bound("2014", 17, true), "2014-12-31T23:59:59.999-12:00");
  EXPECT_EQ(bound("2014-01-01T08:05+08:00", 17, false), "2014-01-01T08:05:00.000+08:00");
  EXPECT_EQ(bound("2014", 7, true), "none");
  EXPECT_EQ(precision_digits(at("2014-01-05T10:30:00.000"), DateKind::kDateTime), 17);
}

TEST(FhirPathDate, SecondsSince1970AreADate) {
  EXPECT_EQ(text(date_time_of(1'700'000'000, 123'456'789, 0)), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(text(date_time_of(-1, 0, 600)), "1970-01-01T09:59:59.000+10:00");
}

}  // namespace
}  // namespace oncobridge::profiles::fhirpath
