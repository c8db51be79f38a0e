#include "profiles/package_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "oncobridge/fhir/tape_writer.h"
#include "profiles/definition_reader.h"
#include "profiles/definition_store.h"
#include "profiles/package_files.h"
#include "profiles/schema.h"
#include "profiles/soundness.h"
#include "tests/support/archive.h"

namespace oncobridge::profiles {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A folder that is gone after the test.
class PackageReaderTest : public testing::Test {
 protected:
  PackageReaderTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::temp_directory_path() /
            ("oncobridge_packages_" + std::string(info->name()) + std::to_string(getpid()));
    fs::create_directories(root_);
  }
  ~PackageReaderTest() override { fs::remove_all(root_); }

  std::string write(const std::string& name, std::string_view bytes) {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }

  static std::string manifest(const std::string& name, const std::string& version,
                              const std::string& dependencies = "") {
    return R"({"name":")" + name + R"(","version":")" + version + R"(","dependencies":{)" +
           dependencies + "}}";
  }

  static std::string value_set(const std::string& url, const std::string& version) {
    return R"({"resourceType":"ValueSet","url":")" + url + R"(","version":")" + version +
           R"(","name":"N","status":"active","compose":{"include":[{"system":"http://s"}]}})";
  }

  // A package of one value set in the cache `root_`.
  void cache(const std::string& name, const std::string& version, const std::string& dependencies,
             const std::string& url) {
    const std::string folder = name + "#" + version + "/package/";
    write(folder + "package.json", manifest(name, version, dependencies));
    write(folder + "ValueSet-a.json", value_set(url, version));
    write(folder + "example/ValueSet-b.json", value_set("http://example-of-a-package", "1"));
  }

  fs::path root_;
  DefinitionStore store_;
};

TEST_F(PackageReaderTest, APackageComesWithWhatItDependsOn) {
  cache("a.b", "1.0.0", R"("c.d":"2.0.0")", "http://a");
  cache("c.d", "2.0.0", R"("a.b":"1.0.0","not.there":"3.0.0")", "http://c");
  PackageReader reader(store_);
  ASSERT_TRUE(reader.add_package("a.b#1.0.0", root_.string()));
  EXPECT_NE(store_.find_value_set("http://a|1.0.0"), nullptr);
  EXPECT_NE(store_.find_value_set("http://c"), nullptr);
  EXPECT_EQ(store_.find_value_set("http://example-of-a-package"), nullptr);
  EXPECT_THAT(reader.missing(),
              ElementsAre(testing::Field(&MissingPackage::name, "not.there#3.0.0")));
  EXPECT_THAT(reader.faults(), IsEmpty());
}

// What a package depends on comes before it, so that its own definitions are meant.
TEST_F(PackageReaderTest, APackageOutranksItsDependencies) {
  cache("a.b", "1.0.0", R"("c.d":"9.0.0")", "http://same");
  cache("c.d", "9.0.0", "", "http://same");
  PackageReader reader(store_);
  ASSERT_TRUE(reader.add_package("a.b", root_.string()));
  EXPECT_EQ(store_.find_value_set("http://same")->version, "1.0.0");
  EXPECT_EQ(store_.find_value_set("http://same|9.x")->version, "9.0.0");
}

TEST_F(PackageReaderTest, WithoutAVersionTheNewestOfTheCacheIsMeant) {
  cache("a.b", "1.9.0", "", "http://a");
  cache("a.b", "1.10.0", "", "http://a");
  cache("a.b", "2.0.0", "", "http://a");
  PackageReader reader(store_);
  ASSERT_TRUE(reader.add_package("a.b#1.x", root_.string()));
  EXPECT_EQ(store_.find_value_set("http://a")->version, "1.10.0");
  ASSERT_TRUE(reader.add_package("a.b", root_.string()));
  EXPECT_EQ(store_.find_value_set("http://a")->version, "2.0.0");
}

TEST_F(PackageReaderTest, ShippedPackagesAreThereAndStandInForOtherVersions) {
  PackageReader reader(store_);
  EXPECT_TRUE(reader.add_package("hl7.fhir.us.core#6.1.0", root_.string()));
  cache("a.b", "1.0.0",
        R"("hl7.fhir.r4.core":"4.0.1","hl7.terminology.r4":"5.0.0","hl7.fhir.us.mcode":"4.0.0")",
        "http://a");
  ASSERT_TRUE(reader.add_package("a.b#1.0.0", root_.string()));
  EXPECT_THAT(reader.missing(), IsEmpty());
  EXPECT_THAT(reader.stand_ins(),
              ElementsAre("hl7.terminology.r4#5.0.0 -> hl7.terminology.r4#7.0.1"));
}

TEST_F(PackageReaderTest, AMissingPackageIsNamed) {
  PackageReader reader(store_);
  for (const char* name : {"no.such#1.0.0", "hl7.fhir.us.core#99.0.0", "../../etc#1", ""}) {
    const auto added = reader.add_package(name, root_.string());
    ASSERT_FALSE(added) << name;
    EXPECT_EQ(added.error().rule, "package-missing");
    EXPECT_THAT(added.error().message, HasSubstr(name));
  }
}

TEST_F(PackageReaderTest, AnArchiveIsReadLikeItsFolder) {
  const std::string bytes = test::gzip(
      test::tar_member("package/ValueSet-a.json", value_set("http://a", "1")) +
      test::tar_member("package/package.json", manifest("a.b", "1.0.0", R"("x.y":"1")")) +
      test::tar_member("package/example/b.json", value_set("http://example", "1")) +
      test::tar_member("package/.index.json", "{}") + test::tar_end());
  PackageReader reader(store_);
  ASSERT_TRUE(reader.add_path(write("any.tgz", bytes), root_.string()));
  EXPECT_NE(store_.find_value_set("http://a"), nullptr);
  EXPECT_EQ(store_.find_value_set("http://example"), nullptr);
  EXPECT_THAT(reader.missing(), ElementsAre(testing::Field(&MissingPackage::name, "x.y#1")));
  EXPECT_THAT(reader.faults(), IsEmpty());
  ASSERT_EQ(store_.list().size(), 1u);
  EXPECT_EQ(store_.list()[0].package, "a.b#1.0.0");
}

TEST_F(PackageReaderTest, AFolderOfFilesIsReadWithItsFolders) {
  write("files/a.json", value_set("http://a", "1"));
  write("files/deep/b.json", value_set("http://b", "1"));
  write("files/deep/c.xml",
        R"(<ValueSet xmlns="http://hl7.org/fhir"><url value="http://c"/></ValueSet>)");
  write("files/broken.json", "{\"resourceType\":");
  write("files/notes.txt", "nothing");
  PackageReader reader(store_);
  ASSERT_TRUE(reader.add_path((root_ / "files/").string(), root_.string()));
  EXPECT_NE(store_.find_value_set("http://a"), nullptr);
  EXPECT_NE(store_.find_value_set("http://b"), nullptr);
  EXPECT_NE(store_.find_value_set("http://c"), nullptr);
  ASSERT_EQ(reader.faults().size(), 1u);
  EXPECT_EQ(reader.faults()[0].rule, "definition-syntax");
  EXPECT_THAT(reader.faults()[0].place.path, HasSubstr("broken.json"));
  EXPECT_EQ(reader.faults()[0].place.line, 1u);
}

TEST_F(PackageReaderTest, ASingleFileThatIsNoDefinitionIsAFault) {
  PackageReader reader(store_);
  const auto rule = [&](const std::string& path) {
    const auto added = reader.add_path(path, root_.string());
    return added ? std::string() : added.error().rule;
  };
  EXPECT_EQ(rule(write("patient.json", R"({"resourceType":"Patient"})")), "definition-none");
  EXPECT_EQ(rule(write("broken.json", "{")), "definition-syntax");
  EXPECT_EQ(rule(write("nameless.json", R"({"resourceType":"ValueSet"})")), "definition-broken");
  EXPECT_EQ(rule((root_ / "absent").string()), "input-open");
  EXPECT_EQ(rule(write("cut.tgz", test::gzip("x"))), "archive-broken");
  EXPECT_EQ(rule(write("good.json", value_set("http://good", "1"))), "");
}

// Opening it waited for somebody to write to it.
TEST_F(PackageReaderTest, ANamedPipeIsNoFile) {
  write("a.json", value_set("http://a", "1"));
  ASSERT_EQ(mkfifo((root_ / "pipe.json").c_str(), 0600), 0);
  PackageReader reader(store_);
  EXPECT_TRUE(reader.add_path(root_.string(), root_.string()));
  ASSERT_EQ(reader.faults().size(), 1u);
  EXPECT_THAT(reader.faults()[0].message, HasSubstr("pipe.json cannot be read: it is no file"));
  EXPECT_FALSE(reader.add_path((root_ / "pipe.json").string(), root_.string()));
}

TEST_F(PackageReaderTest, OtherResourcesAreHandedOn) {
  PackageReader reader(store_);
  std::vector<std::string> types;
  reader.on_other([&](std::string_view type, std::string_view) {
    types.emplace_back(type);
    return type == "Questionnaire";
  });
  EXPECT_TRUE(reader.add_path(write("q.json", R"({"resourceType":"Questionnaire"})")));
  EXPECT_THAT(types, ElementsAre("Questionnaire"));
}

// A folder of examples was taken without a word, and nothing was judged with it.
TEST_F(PackageReaderTest, AFolderWithoutADefinitionIsAFault) {
  write("examples/p.json", R"({"resourceType":"Patient"})");
  PackageReader reader(store_);
  reader.on_other([](std::string_view, std::string_view) { return false; });
  const auto added = reader.add_path((root_ / "examples").string());
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().rule, "definition-none");
}

TEST_F(PackageReaderTest, APackageWithoutADefinitionIsAFault) {
  fs::create_directories(root_ / "a.b#1.0.0");
  PackageReader reader(store_);
  const auto added = reader.add_package("a.b#1.0.0", root_.string());
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().rule, "definition-none");
}

TEST_F(PackageReaderTest, ALimitIsToldAsOne) {
  PackageReader reader(store_);
  std::string deep = R"({"resourceType":"ValueSet","url":"http://a","extension":)";
  for (int i = 0; i < 2'000; ++i) deep += R"([{"extension":)";
  deep += "[]";
  for (int i = 0; i < 2'000; ++i) deep += "}]";
  const auto nested = reader.add_path(write("deep.json", deep + "}"));
  ASSERT_FALSE(nested);
  EXPECT_THAT(nested.error().message, testing::StartsWith("Elements nest deeper than"));
  const auto bomb =
      reader.add_path(write("bomb.json.gz", test::gzip(std::string(64u << 20, '\0'))));
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().rule, "archive-limit");
}

TEST_F(PackageReaderTest, DefinitionsMayBePacked) {
  const std::string text = value_set("http://a", "1");
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  bytes.resize(ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), 3));
  write("files/b.json.gz", test::gzip(value_set("http://b", "1")));
  write("files/c.json.zst", bytes);
  PackageReader reader(store_);
  ASSERT_TRUE(reader.add_path(write("a.json.zst", bytes)));
  EXPECT_NE(store_.find_value_set("http://a"), nullptr);
  ASSERT_TRUE(reader.add_path((root_ / "files").string()));
  EXPECT_NE(store_.find_value_set("http://b"), nullptr);
  EXPECT_THAT(reader.faults(), IsEmpty());
  for (std::size_t size = 4; size < bytes.size(); ++size) {
    const auto cut = reader.add_path(write("cut.json.zst", bytes.substr(0, size)));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().rule, "archive-broken") << size;
  }
}

// A file of a package that cannot be read was named, and what it defines was taken as unknown.
TEST_F(PackageReaderTest, WhatABrokenFileDefinesIsKnown) {
  cache("a.b", "1.0.0", "", "http://a");
  write("a.b#1.0.0/package/x.json",
        R"({"resourceType":"StructureDefinition","url":"http://x","name" "X"})");
  write("a.b#1.0.0/package/ValueSet-y.json", "{");
  PackageReader reader(store_);
  ASSERT_TRUE(reader.add_package("a.b#1.0.0", root_.string()));
  EXPECT_EQ(reader.faults().size(), 2u);
  EXPECT_THAT(reader.broken_file("http://x|1.0.0"), HasSubstr("package/x.json"));
  EXPECT_THAT(reader.broken_file("http://any/y"), HasSubstr("ValueSet-y.json"));
  EXPECT_EQ(reader.broken_file("http://z"), "");
}

// Commas that JSON does not have were passed over in definitions.
TEST_F(PackageReaderTest, WhatIsNotQuiteJsonIsReadAndTold) {
  PackageReader reader(store_);
  ASSERT_TRUE(
      reader.add_path(write("a.json", "{\"resourceType\":\"ValueSet\",\n\"url\":\"http://a\",}")));
  EXPECT_NE(store_.find_value_set("http://a"), nullptr);
  ASSERT_EQ(reader.doubts().size(), 1u);
  EXPECT_EQ(reader.doubts()[0].rule, "definition-syntax");
  EXPECT_EQ(reader.doubts()[0].place.line, 2u);
  EXPECT_THAT(reader.doubts()[0].place.path, HasSubstr("a.json"));
}

// A package of R5 was loaded without a word.
TEST_F(PackageReaderTest, APackageOfALaterFhirVersionIsToldOnce) {
  const auto profile = [](const std::string& url) {
    return R"({"resourceType":"StructureDefinition","kind":"resource","type":"Patient",
      "derivation":"constraint","url":")" +
           url + R"(",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
      "differential":{"element":[{"id":"Patient.name","path":"Patient.name","min":1}]}})";
  };
  write("p/package.json", R"({"name":"a.b","version":"1","fhirVersions":["5.0.0"]})");
  write("p/one.json", profile("http://one"));
  write("p/two.json", profile("http://two"));
  store_.add_shipped();
  PackageReader reader(store_);
  ASSERT_TRUE(reader.add_path((root_ / "p").string()));
  ASSERT_EQ(reader.doubts().size(), 1u);
  EXPECT_THAT(reader.doubts()[0].place.path, HasSubstr("p/package.json"));
  EXPECT_THAT(reader.doubts()[0].message, HasSubstr("fhirVersions `5.0.0` is not 4.0.1"));
  for (const char* url : {"http://one", "http://two"}) {
    EXPECT_FALSE(check_sound(store_, *store_.find_structure(url))) << url;
  }
}

// The packages that come with the program, and those of the suites, are free of complaints.
TEST(Soundness, PublishedDefinitionsAreSound) {
  DefinitionStore shipped;
  shipped.add_shipped();
  std::size_t structures = 0;
  const NameTable names;
  ExpressionCache expressions(names);
  for (const DefinitionEntry& entry : shipped.list()) {
    if (entry.kind != DefinitionKind::kStructure) continue;
    const auto* structure =
        shipped.find_structure(std::string(entry.url) + '|' + std::string(entry.version));
    ASSERT_NE(structure, nullptr) << entry.url;
    for (const Misreading& doubt : doubts_of(shipped, *structure, expressions)) {
      ADD_FAILURE() << entry.url << ' ' << doubt.describe();
    }
    ++structures;
  }
  EXPECT_GT(structures, 1000u);
  const fs::path folder = fs::path(ONCOBRIDGE_SOURCE_DIR) / "../shared";
  if (!fs::exists(folder)) GTEST_SKIP() << "no packages in " << folder;
  for (const char* packages : {"packages", "conformance/validator/packages"}) {
    for (const auto& file : fs::directory_iterator(folder / packages)) {
      if (file.path().extension() != ".tgz") continue;
      DefinitionStore store;
      store.add_shipped();
      PackageReader reader(store);
      ASSERT_TRUE(reader.add_path(file.path().string())) << file.path();
      for (const Fault& doubt : reader.doubts()) {
        ADD_FAILURE() << doubt.place.path << ' ' << doubt.message;
      }
    }
  }
}

TEST_F(PackageReaderTest, KnownFaultsAreCorrectedOnTheWay) {
  PackageReader reader(store_);
  ASSERT_TRUE(reader.add_definition(R"({"resourceType":"StructureDefinition","url":"http://p",
    "kind":"resource","type":"Patient","derivation":"constraint","snapshot":{"element":[
    {"id":"Patient.id","path":"Patient.id","type":[{"extension":[{
      "url":"http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type",
      "valueUrl":"string"}],"code":"http://hl7.org/fhirpath/System.String"}]}]}})",
                                    "test"));
  EXPECT_EQ(store_.find_structure("http://p")->snapshot[0].types[0].code, "id");
}

// Every definition at hand says the same in XML.
TEST(DefinitionReader, XmlSaysWhatJsonSays) {
  const fs::path packages = fs::path(ONCOBRIDGE_SOURCE_DIR) / "../shared/packages";
  if (!fs::exists(packages)) GTEST_SKIP() << "no packages in " << packages;
  DefinitionStore store;
  store.add_shipped();
  const Schema schema(store);
  Names names(schema.names());
  Tape tape(names);
  std::vector<NodeType> types;
  DefinitionReader reader(&store);
  std::size_t compared = 0;
  const auto text_of = [](const AnyDefinition& any) {
    return std::visit(
        [](const auto& definition) -> std::string {
          if constexpr (std::is_same_v<std::decay_t<decltype(definition)>, std::monostate>) {
            return {};
          } else {
            return to_text(definition);
          }
        },
        any);
  };
  const auto visit = [&](std::string_view, std::string_view bytes) {
    names.reset();
    if (!tape.read_json(bytes) || tape.root() == kNoNode) return;
    const std::string_view type = tape[tape.root()].value();
    if (type != "StructureDefinition" && type != "ValueSet" && type != "CodeSystem") return;
    assign_types(schema, tape, types);
    std::string xml;
    append_xml(tape, tape.root(), xml);
    const auto from_json = reader.read(bytes);
    ASSERT_TRUE(from_json);
    const std::string json_text = text_of(*from_json);
    const auto from_xml = reader.read(xml);
    ASSERT_TRUE(from_xml) << from_xml.error().message;
    ASSERT_EQ(text_of(*from_xml), json_text);
    ++compared;
  };
  for (const char* name : {"hl7.fhir.us.core-6.1.0.tgz", "hl7.fhir.us.mcode-4.0.0.tgz"}) {
    ASSERT_TRUE(visit_package((packages / name).string(), {visit, [](const Fault&) {}}));
  }
  EXPECT_EQ(compared, 257u);
}

}  // namespace
}  // namespace oncobridge::profiles
