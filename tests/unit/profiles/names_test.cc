#include "oncobridge/fhir/names.h"

#include <gtest/gtest.h>

#include <string>

namespace oncobridge {
namespace {

TEST(NameTable, GivesANameOneNumber) {
  NameTable table;
  const NameId name = table.add("birthDate");
  EXPECT_NE(name, kNoName);
  EXPECT_EQ(table.add("birthDate"), name);
  EXPECT_EQ(table.find("birthDate"), name);
  EXPECT_EQ(table.text(name), "birthDate");
  EXPECT_EQ(table.find("birthdate"), kNoName);
  EXPECT_EQ(table.find(""), kNoName);
}

TEST(NameTable, KeepsItsOwnCopy) {
  NameTable table;
  std::string text = "subject";
  const NameId name = table.add(text);
  text = "xxxxxxx";
  EXPECT_EQ(table.text(name), "subject");
}

TEST(NameTable, GrowsAndStillFindsAll) {
  NameTable table;
  std::vector<NameId> ids;
  for (int i = 0; i < 20'000; ++i) ids.push_back(table.add("name" + std::to_string(i)));
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = "name" + std::to_string(i);
    ASSERT_EQ(table.find(text), ids[static_cast<std::size_t>(i)]);
    ASSERT_EQ(table.text(ids[static_cast<std::size_t>(i)]), text);
  }
  EXPECT_EQ(table.size(), 20'001u);
}

// Every length takes another way through the hash: one letter changed at any place is another name.
TEST(NameTable, TellsNamesOfEveryLengthApart) {
  NameTable table;
  for (std::size_t size = 1; size <= 40; ++size) {
    const std::string text(size, 'a');
    const NameId id = table.add(text);
    for (std::size_t i = 0; i < size; ++i) {
      std::string other = text;
      other[i] = 'b';
      EXPECT_NE(table.add(other), id);
      EXPECT_EQ(table.find(other), table.add(other));
    }
  }
}

TEST(Names, UsesTheNumbersOfTheTableAndAddsOwnOnes) {
  NameTable table;
  const NameId code = table.add("code");
  Names names(table);
  EXPECT_EQ(names.intern("code"), code);
  const NameId strange = names.intern("kode");
  EXPECT_EQ(names.intern("kode"), strange);
  EXPECT_FALSE(names.is_shared(strange));
  EXPECT_TRUE(names.is_shared(code));
  EXPECT_EQ(names.text(strange), "kode");
  EXPECT_EQ(names.text(code), "code");
  EXPECT_EQ(table.find("kode"), kNoName);
}

// A member may be named with an empty string; that is not the same as having no name.
TEST(Names, AnEmptyNameIsAName) {
  NameTable table;
  Names names(table);
  const NameId empty = names.intern("");
  EXPECT_NE(empty, kNoName);
  EXPECT_EQ(names.text(empty), "");
}

TEST(Names, ResetForgetsOwnNamesOnly) {
  NameTable table;
  const NameId code = table.add("code");
  Names names(table);
  for (const int count : {3, 5'000, 2, 40}) {
    std::vector<NameId> ids;
    for (int i = 0; i < count; ++i) ids.push_back(names.intern("own" + std::to_string(i)));
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(ids[static_cast<std::size_t>(i)], table.size() + static_cast<NameId>(i));
      ASSERT_EQ(names.intern("own" + std::to_string(i)), ids[static_cast<std::size_t>(i)]);
    }
    names.reset();
    EXPECT_EQ(names.intern("code"), code);
    EXPECT_EQ(names.intern("other"), table.size());
    names.reset();
  }
}

}  // namespace
}  // namespace oncobridge
