#include "oncobridge/base/partial_date.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace oncobridge {
namespace {

TEST(PartialDate, ADateKeepsThePrecisionOfItsSource) {
  EXPECT_EQ(partial_date_precision("2017"), DatePrecision::year);
  EXPECT_EQ(partial_date_precision("2019-05"), DatePrecision::month);
  EXPECT_EQ(partial_date_precision("2020-03-17"), DatePrecision::day);
  EXPECT_EQ(partial_date_precision("0001-01-01"), DatePrecision::day);
  EXPECT_EQ(partial_date_precision("9999-12-31"), DatePrecision::day);
}

// Every text of the form YYYY-MM-DD for the years around the rules of leap years, against a count
// of days that knows nothing of months' names: Zeller's leap rule written out once more.
TEST(PartialDate, OnlyDaysOfTheCalendarAreDates) {
  for (const int year : {1, 4, 100, 400, 1899, 1900, 1904, 1999, 2000, 2019, 2020, 2100, 2400}) {
    const bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) {
        char text[16];
        std::snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
        const bool thirty = month == 4 || month == 6 || month == 9 || month == 11;
        const int last = month == 2 ? (leap ? 29 : 28) : thirty ? 30 : 31;
        const bool real = month >= 1 && month <= 12 && day >= 1 && day <= last;
        EXPECT_EQ(partial_date_precision(text) == DatePrecision::day, real) << text;
      }
    }
  }
}

TEST(PartialDate, WhatIsNoDateIsNone) {
  for (const std::string_view text :
       {"",           "0000",       "0000-01-01", "2019-13",     "2019-00",
        "2019-02-29", "19",         "201",        "20190517",    "2019-5",
        "2019-05-1",  "2019/05/17", "17.05.2019", "2019-05-17T", "2019-05-17T10:00:00Z",
        " 2019",      "2019 ",      "２０１９",   "+201",        "-201",
        "201a",       "2019-0a",    "2019-05-1a", "May 2019",    "2019-05-17 ",
        "10 months"}) {
    EXPECT_EQ(partial_date_precision(text), DatePrecision::none) << text;
  }
}

TEST(PartialDate, AnInstantHasDaySecondsAndZone) {
  for (const std::string_view text :
       {"2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.123456789+01:00",
        "2026-01-31T23:59:60-14:00", "2024-02-29T00:00:00+00:00"}) {
    EXPECT_TRUE(is_instant(text)) << text;
  }
  for (const std::string_view text : {"",
                                      "now",
                                      "2026",
                                      "2026-01-31",
                                      "2026-01-31T12:00Z",
                                      "2026-01-31T12:00:00",
                                      "2026-01-31 12:00:00Z",
                                      "2026-02-29T12:00:00Z",
                                      "2026-01-31T24:00:00Z",
                                      "2026-01-31T12:60:00Z",
                                      "2026-01-31T12:00:61Z",
                                      "2026-01-31T12:00:00.Z",
                                      "2026-01-31T12:00:00.5",
                                      "2026-01-31T12:00:00+1:00",
                                      "2026-01-31T12:00:00+15:00",
                                      "2026-01-31T12:00:00+14:30",
                                      "2026-01-31T12:00:00-14:01",
                                      "2026-01-31T12:00:00+01:60",
                                      "2026-01-31T12:00:00z",
                                      "2026-01-31T12:00:00ZZ",
                                      "2026-01-31T12-00-00Z"}) {
    EXPECT_FALSE(is_instant(text)) << text;
  }
}

}  // namespace
}  // namespace oncobridge
