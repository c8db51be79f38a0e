// Resource ids against vectors of the standards and of Python's uuid, hmac and hashlib:
//   uuid.uuid5(uuid.UUID(namespace), name)
//   d = bytearray(hmac.new(key, name.encode(), hashlib.sha256).digest()[:16])
//   d[6] = d[6] & 0x0f | 0x80; d[8] = d[8] & 0x3f | 0x80; uuid.UUID(bytes=bytes(d))
#include "oncobridge/base/uuid.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace oncobridge {
namespace {

std::string made(const IdMaker& maker, std::string_view name) {
  UuidText id;
  maker.make(name, id);
  return std::string(view(id));
}

std::string counted(int size) {
  std::string key;
  for (int i = 0; i < size; ++i) key += static_cast<char>(i);
  return key;
}

constexpr std::string_view kFact = "case-1\x1fpatient";
constexpr std::string_view kForeign = "Malignität ≥ 2 😀";

TEST(Uuid, VersionFiveIsThatOfTheStandard) {
  // RFC 9562 appendix A.4: "www.example.com" in the name space of domain names.
  const auto maker = IdMaker::with_namespace("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value();
  EXPECT_EQ(made(maker, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST(Uuid, VersionFiveIsThatOfPython) {
  const auto maker = IdMaker::with_namespace(IdMaker::kDefaultNamespace).value();
  EXPECT_EQ(made(maker, ""), "6ed07b6f-7e21-59c3-b06d-6e02eb4b7f55");
  EXPECT_EQ(made(maker, kFact), "e0ab6e9f-47ba-50a7-9b5f-5dfec2c491c3");
  EXPECT_EQ(made(maker, kForeign), "663da3d0-e593-5cef-b634-287c8550a4a8");
  EXPECT_EQ(made(maker, std::string(1000, 'x')), "91f900ea-9fd6-5b03-bd9e-9a1960e643fd");
}

TEST(Uuid, VersionEightIsThatOfTheHmacStandard) {
  // RFC 4231 test case 1, b0344c61d8db38535ca8afceaf0bf12b..., with version and variant set.
  const auto maker = IdMaker::with_key(std::string(20, '\x0b')).value();
  EXPECT_EQ(made(maker, "Hi There"), "b0344c61-d8db-8853-9ca8-afceaf0bf12b");
}

TEST(Uuid, VersionEightIsThatOfPythonForKeysShorterAndLongerThanABlock) {
  const auto shortest = IdMaker::with_key("0123456789abcdef").value();
  EXPECT_EQ(made(shortest, ""), "496dc93f-a2d2-8eae-900e-c0bc37a12270");
  EXPECT_EQ(made(shortest, kFact), "b74a7475-82fd-804e-b2fc-eb7666fc1bc1");
  EXPECT_EQ(made(shortest, kForeign), "11d8605c-c6ad-862f-9e72-7521f6182cf6");
  EXPECT_EQ(made(shortest, std::string(1000, 'x')), "14cc39de-5f6c-8a68-b51f-fb322ba5234d");
  const auto block = IdMaker::with_key(std::string(64, '\0')).value();
  EXPECT_EQ(made(block, kFact), "b6d3945d-f12a-878c-9335-064f5d9a137a");
  const auto longer = IdMaker::with_key(counted(65)).value();
  EXPECT_EQ(made(longer, kFact), "9fafbfa7-acdb-8057-9eb3-d4b2f30bb03f");
  const auto longest = IdMaker::with_key(counted(200)).value();
  EXPECT_EQ(made(longest, kFact), "6206947b-6871-89ad-84e2-0999c34008a1");
}

TEST(Uuid, AMakerCanBeMovedAndUsedAgain) {
  auto first = IdMaker::with_key("0123456789abcdef").value();
  const std::string id = made(first, kFact);
  const IdMaker second = std::move(first);
  EXPECT_EQ(made(second, kFact), id);
  EXPECT_EQ(made(second, kFact), id) << "making an id changes nothing";
}

TEST(Uuid, EveryNameHasItsOwnId) {
  const auto maker = IdMaker::with_namespace(IdMaker::kDefaultNamespace).value();
  std::set<std::string> ids;
  for (int i = 0; i < 10000; ++i) ids.insert(made(maker, "case-" + std::to_string(i)));
  EXPECT_EQ(ids.size(), 10000u);
}

TEST(Uuid, AKeyOfFifteenBytesIsRefusedAndOneOfSixteenTaken) {
  const auto refused = IdMaker::with_key("0123456789abcde");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "id-key-too-short");
  EXPECT_EQ(refused.error().message.find("0123456789"), std::string::npos)
      << "the key is not quoted";
  EXPECT_TRUE(IdMaker::with_key("0123456789abcdef"));
}

TEST(Uuid, ANamespaceIsAUuidInEitherCase) {
  const auto lower = IdMaker::with_namespace("6f3a1c52-0d0b-5b5e-9c1f-6f6e636f6272").value();
  const auto upper = IdMaker::with_namespace("6F3A1C52-0D0B-5B5E-9C1F-6F6E636F6272").value();
  EXPECT_EQ(made(lower, kFact), made(upper, kFact));
  for (const std::string_view wrong :
       {"", "6f3a1c52", "6f3a1c52-0d0b-5b5e-9c1f-6f6e636f627",
        "6f3a1c52-0d0b-5b5e-9c1f-6f6e636f62722", "6f3a1c520-d0b-5b5e-9c1f-6f6e636f6272",
        "6f3a1c52-0d0b-5b5e-9c1f-6f6e636f627g", "urn:uuid:6f3a1c52-0d0b-5b5e-9c1f-6f6",
        "{6f3a1c52-0d0b-5b5e-9c1f-6f6e636f62}"}) {
    const auto result = IdMaker::with_namespace(wrong);
    ASSERT_FALSE(result) << wrong;
    EXPECT_EQ(result.error().rule, "id-namespace");
  }
}

}  // namespace
}  // namespace oncobridge
