#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "oncobridge/fhir/tape.h"
#include "tests/unit/profiles/tape_dump.h"

namespace oncobridge {
namespace {

// A tape with the source that it views.
struct Reading {
  explicit Reading(std::string text, const TapeLimits& limits = {}) : source(std::move(text)) {
    complete = tape.read_json(source, limits);
  }
  std::string source;
  NameTable table;
  Names names{table};
  Tape tape{names};
  bool complete = false;
};

std::string dumped(const std::string& text) {
  const Reading reading(text);
  return faults(reading.tape) + dump(reading.tape);
}

std::string faults_of(const std::string& text, const TapeLimits& limits = {}) {
  return faults(Reading(text, limits).tape);
}

TEST(JsonTape, TheExampleOfTheHeader) {
  EXPECT_EQ(
      dumped(
          R"({"resourceType":"Patient","active":true,"name":[{"given":["A","B"]}],"_birthDate":{"id":"x"}})"),
      "object Patient +resource\n"
      "  active true true\n"
      "  name object +list +first\n"
      "    given string A +list +first\n"
      "    given string B +list\n"
      "  birthDate absent +paired\n"
      "    id string x\n");
}

TEST(JsonTape, KeepsTheTextOfNumbers) {
  EXPECT_EQ(dumped(R"({"a":1.50,"b":-0,"c":1E+2,"d":12345678901234567890,"e":0.0e-0})"),
            "object\n  a number 1.50\n  b number -0\n  c number 1E+2\n"
            "  d number 12345678901234567890\n  e number 0.0e-0\n");
}

TEST(JsonTape, KnowsWhereEverythingStands) {
  const Reading reading("{\n  \"a\" : [ 1,\n    \"x\" ],\n  \"_b\": {}\n}");
  const Tape& tape = reading.tape;
  const auto at = [&](std::uint32_t place) {
    const LineColumn found = tape.line_column(place);
    return std::to_string(found.line) + ":" + std::to_string(found.column);
  };
  EXPECT_EQ(at(tape[1].place), "1:1");
  EXPECT_EQ(at(tape[2].place), "2:11");
  EXPECT_EQ(at(tape[3].place), "3:5");
  EXPECT_EQ(at(tape[4].name_place), "4:3");
  EXPECT_EQ(at(tape[4].place), "4:9");
  EXPECT_EQ(at(static_cast<std::uint32_t>(reading.source.size())), "5:2");
}

TEST(JsonTape, FaultsThatCanBeReadOver) {
  EXPECT_EQ(faults_of("{\n  // why\n  \"id\" : \"x\"\n}"), "json-comment 2:3 id\n");
  EXPECT_EQ(faults_of("{\"a\":[1,2,],\n}"), "json-trailing-comma 1:10\njson-trailing-comma 1:12\n");
  EXPECT_EQ(faults_of("{\"a\":1,\n \"a\":2}"), "json-duplicate-name 2:2\n");
}

}  // namespace
}  // namespace oncobridge
