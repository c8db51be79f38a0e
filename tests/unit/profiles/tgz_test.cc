#include "profiles/tgz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/archive.h"

namespace oncobridge::profiles {
namespace {

using test::gzip;
using test::tar_end;
using test::tar_member;
using testing::ElementsAre;
using testing::Pair;

struct Visit {
  std::map<std::string, std::string> files;
  std::vector<std::string> faults;
  std::string rule;  // empty: the archive was read to its end
};

Visit visit(std::string_view bytes, const TgzLimits& limits = {}) {
  Visit visit;
  const TgzVisitor visitor{
      [](std::string_view) { return true; },
      [&](std::string_view name, std::string_view content) { visit.files.emplace(name, content); },
      [&](Fault fault) { visit.faults.push_back(fault.rule); }};
  if (const auto done = visit_tgz(bytes, visitor, limits); !done) visit.rule = done.error().rule;
  return visit;
}

TEST(Tgz, FilesAreReadInTheirOrder) {
  const Visit read =
      visit(gzip(tar_member("package/", "", '5') + tar_member("package/a.json", "{}") +
                 tar_member("./package/b.json", std::string(5000, 'b')) +
                 tar_member("package/empty", "") + tar_end()));
  EXPECT_EQ(read.rule, "");
  EXPECT_THAT(read.files, ElementsAre(Pair("package/a.json", "{}"),
                                      Pair("package/b.json", std::string(5000, 'b')),
                                      Pair("package/empty", "")));
}

TEST(Tgz, LongNamesOfAllWritersAreRead) {
  const std::string name = std::string(150, 'n') + ".json";
  std::string record = " path=pax/" + name + '\n';
  record.insert(0, std::to_string(record.size() + 3));
  const Visit read =
      visit(gzip(tar_member("././@LongLink", "gnu/" + name + '\0', 'L') + tar_member("cut", "1") +
                 tar_member("PaxHeader", record, 'x') + tar_member("cut", "2") +
                 tar_member("name.json", "3", '0', "ustar/prefix") + tar_member("x", "4")));
  EXPECT_EQ(read.rule, "");
  EXPECT_THAT(read.files, ElementsAre(Pair("gnu/" + name, "1"), Pair("pax/" + name, "2"),
                                      Pair("ustar/prefix/name.json", "3"), Pair("x", "4")));
}

TEST(Tgz, NamesThatLeadOutAreNamedAndPassedOver) {
  const Visit read =
      visit(gzip(tar_member("../a", "1") + tar_member("/etc/b", "2") +
                 tar_member("x/../../c", "3") + tar_member("x\\..\\d", "4") +
                 tar_member("x/..e", "5") + tar_member("link", "", '2') + tar_end()));
  EXPECT_THAT(read.files, ElementsAre(Pair("x/..e", "5")));
  EXPECT_THAT(read.faults,
              ElementsAre("archive-path", "archive-path", "archive-path", "archive-path"));
}

TEST(Tgz, GzipMembersFollowOneAnother) {
  EXPECT_THAT(visit(gzip(tar_member("a", "1")) + gzip(tar_member("b", "2") + tar_end())).files,
              ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(Tgz, WhatIsCutOffOrDamagedIsAFault) {
  const std::string tar = tar_member("a", std::string(3000, 'x')) + tar_end();
  const std::string whole = gzip(tar);
  EXPECT_EQ(visit("PK\3\4").rule, "archive-broken");
  EXPECT_EQ(visit("").rule, "archive-broken");
  EXPECT_EQ(visit(gzip("")).rule, "archive-broken");
  EXPECT_EQ(visit(gzip("no tar at all")).rule, "archive-broken");
  EXPECT_EQ(visit(gzip(std::string(2048, 'x'))).rule, "archive-broken");
  EXPECT_EQ(visit(gzip(tar_end())).rule, "archive-broken");
  EXPECT_EQ(visit(gzip(tar.substr(0, 1500))).rule, "archive-broken");
  for (std::size_t size = 3; size + 8 < whole.size(); size += 7) {
    EXPECT_EQ(visit(whole.substr(0, size)).rule, "archive-broken") << size;
  }
  std::string damaged = tar;
  damaged[2] = 'y';
  EXPECT_EQ(visit(gzip(damaged)).rule, "archive-broken");
}

// Reading stopped where tar ends, and the check sum behind it was never looked at.
TEST(Tgz, DamageThatOnlyTheCheckSumTellsIsAFault) {
  std::string tar = tar_member("a", "content") + tar_end();
  const std::string whole = gzip(tar);
  for (std::size_t size = whole.size() - 8; size < whole.size(); ++size) {
    EXPECT_EQ(visit(whole.substr(0, size)).rule, "archive-broken") << size;
  }
  tar.replace(tar.find("content"), 7, "CONTENT");
  const std::string other = gzip(tar);
  EXPECT_EQ(visit(other.substr(0, other.size() - 8) + whole.substr(whole.size() - 8)).rule,
            "archive-broken");
  EXPECT_EQ(visit(whole + "more").rule, "archive-broken");
  EXPECT_EQ(visit(whole + std::string(512, '\0')).rule, "");
  EXPECT_EQ(visit(whole + gzip(std::string(200'000, '\0'))).rule, "");
}

TEST(Tgz, ASizeThatLiesIsAFault) {
  std::string member = tar_member("a", "");
  // Says 7 GB in octal and has nothing.
  member.replace(124, 11, "70000000000");
  unsigned sum = 0;
  member.replace(148, 8, "        ");
  for (const char c : member) sum += static_cast<unsigned char>(c);
  char text[9];
  std::snprintf(text, sizeof(text), "%06o", sum);
  member.replace(148, 7, text, 7);
  EXPECT_EQ(visit(gzip(member)).rule, "archive-limit");
  TgzLimits limits;
  limits.max_member = ~std::uint64_t{0} >> 1;
  EXPECT_EQ(visit(gzip(member), limits).rule, "archive-broken");
}

TEST(Tgz, ABombIsLeftEarly) {
  // 64 MB of zeros pack to 64 kB.
  const std::string bomb = gzip(tar_member("zeros", std::string(64u << 20, '\0')) + tar_end());
  ASSERT_LT(bomb.size(), 100'000u);
  EXPECT_EQ(visit(bomb).rule, "archive-limit");
}

TEST(Tgz, LimitsAreKept) {
  const std::string tar = gzip(tar_member("a", std::string(2000, 'a')) + tar_member("b", "b") +
                               tar_member("c", "c") + tar_end());
  TgzLimits limits;
  limits.max_member = 1999;
  EXPECT_EQ(visit(tar, limits).rule, "archive-limit");
  limits = {};
  limits.max_members = 2;
  EXPECT_EQ(visit(tar, limits).rule, "archive-limit");
  limits = {};
  limits.max_total = 3000;
  EXPECT_EQ(visit(tar, limits).rule, "archive-limit");
  EXPECT_EQ(visit(tar).rule, "");
}

}  // namespace
}  // namespace oncobridge::profiles
