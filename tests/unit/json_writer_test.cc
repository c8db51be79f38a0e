#include "oncobridge/fhir/json_writer.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace oncobridge {
namespace {

using nlohmann::json;

std::string written(const std::function<void(JsonWriter&)>& write) {
  Buffer buffer;
  JsonWriter writer(buffer);
  write(writer);
  return std::string(buffer.view());
}

TEST(JsonWriter, CommasAreWhereTheyBelong) {
  const std::string text = written([](JsonWriter& w) {
    w.begin_object();
    w.plain("resourceType", "Observation");
    w.string("a", "{");  // ends like an open object
    w.string("b", "[");
    const std::size_t list = w.open_array("list");
    for (int i = 0; i < 3; ++i) {
      w.element();
      w.begin_object();
      w.number("n", static_cast<std::uint64_t>(i));
      w.end_object();
    }
    w.close_array(list);
    w.boolean("yes", true);
    w.boolean("no", false);
    w.raw("raw", "[1,2]");
    w.end_object();
  });
  EXPECT_EQ(text,
            R"({"resourceType":"Observation","a":"{","b":"[","list":[{"n":0},{"n":1},{"n":2}],)"
            R"("yes":true,"no":false,"raw":[1,2]})");
}

TEST(JsonWriter, AnEmptyObjectOrListDisappearsWithItsName) {
  const std::string text = written([](JsonWriter& w) {
    w.begin_object();
    w.plain("a", "1");
    const std::size_t outer = w.open_object("outer");
    const std::size_t inner = w.open_array("inner");
    w.close_array(inner);
    w.close_object(outer);
    const std::size_t kept = w.open_object("kept");
    w.plain("b", "2");
    w.close_object(kept);
    const std::size_t last = w.open_array("last");
    w.close_array(last);
    w.end_object();
  });
  EXPECT_EQ(text, R"({"a":"1","kept":{"b":"2"}})");
}

TEST(JsonWriter, NumbersKeepTheirText) {
  EXPECT_EQ(written([](JsonWriter& w) {
              w.begin_object();
              w.number("value", std::string_view("1.50"));
              w.number("most", ~std::uint64_t{0});
              w.number("none", std::uint64_t{0});
              w.end_object();
            }),
            R"({"value":1.50,"most":18446744073709551615,"none":0})");
}

TEST(JsonWriter, AStringOfSeveralPartsIsOne) {
  EXPECT_EQ(written([](JsonWriter& w) {
              w.begin_object();
              w.string("a", "Site as stated: ", "\"left\"");
              w.open_string("b");
              w.string_part("Patient/");
              w.string_part("\n");
              w.close_string();
              w.end_object();
            }),
            R"({"a":"Site as stated: \"left\"","b":"Patient/\n"})");
}

// Every byte at every place of texts of all small lengths, which are copied in different ways.
TEST(JsonWriter, EveryTextComesBackAsItWas) {
  for (std::size_t size = 0; size <= 40; ++size) {
    for (std::size_t at = 0; at < std::max<std::size_t>(size, 1); ++at) {
      for (int byte = 0; byte < 0x80; ++byte) {
        std::string text(size, 'x');
        if (size > 0) text[at] = static_cast<char>(byte);
        const std::string made = written([&](JsonWriter& w) { w.string(text); });
        for (const char c : made)
          ASSERT_GE(static_cast<unsigned char>(c), 0x20) << "RFC 8259 section 7";
        ASSERT_EQ(json::parse(made).get<std::string>(), text) << size << " " << at << " " << byte;
      }
    }
  }
}

TEST(JsonWriter, RandomTextsComeBackAsTheyWere) {
  const std::vector<std::string> pieces = {"\"", "\\", "\n",     "\x01", "\x1f",       "\x7f",
                                           "ä",  "😀",  "\u2028", "a",    "plain text", "</script>"};
  std::mt19937 random(3);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (unsigned i = random() % 30; i > 0; --i) text += pieces[random() % pieces.size()];
    // At the end of a heap block, so that a sanitizer sees every byte read too far.
    const std::vector<char> exact(text.begin(), text.end());
    const std::string made =
        written([&](JsonWriter& w) { w.string(std::string_view(exact.data(), exact.size())); });
    ASSERT_EQ(json::parse(made).get<std::string>(), text);
  }
}

TEST(Buffer, GrowsKeepsAndForgets) {
  Buffer buffer;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string piece(static_cast<std::size_t>(i % 67), static_cast<char>('a' + i % 26));
    buffer.append(piece);
    buffer.push('|');
    expected += piece + "|";
  }
  EXPECT_EQ(buffer.view(), expected);
  EXPECT_EQ(buffer.back(), '|');
  buffer.truncate(10);
  EXPECT_EQ(buffer.view(), expected.substr(0, 10));
  Buffer other;
  other.append("other");
  other.swap(buffer);
  EXPECT_EQ(buffer.view(), "other");
  EXPECT_EQ(other.size(), 10u);
  const Buffer moved = std::move(other);
  EXPECT_EQ(moved.size(), 10u);
  buffer.clear();
  EXPECT_EQ(buffer.view(), "");
  EXPECT_EQ(buffer.back(), '\0');
  char* space = buffer.reserve(100'000);
  std::fill_n(space, 100'000, 'x');
  buffer.commit(100'000);
  EXPECT_EQ(buffer.view(), std::string(100'000, 'x'));
}

}  // namespace
}  // namespace oncobridge
