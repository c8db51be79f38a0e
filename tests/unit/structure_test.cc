// The rooms of the house and who may include whom (README, "How it works"): read from the sources,
// so that a wrong include fails here and not in a review.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const fs::path kRoot = ONCOBRIDGE_SOURCE_DIR;

struct Include {
  std::string name;
  bool in_quotes = false;
};

struct Source {
  std::string path;  // relative to the repository
  std::string text;
  std::vector<Include> includes;
};

// The includes of a C++ text; those in comments do not count.
std::vector<Include> includes_of(const std::string& text) {
  std::vector<Include> found;
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = std::min(text.find('\n', start), text.size());
    std::string line;
    std::copy_if(text.begin() + static_cast<std::ptrdiff_t>(start),
                 text.begin() + static_cast<std::ptrdiff_t>(end), std::back_inserter(line),
                 [](unsigned char c) { return !std::isspace(c); });
    start = end + 1;
    if (!line.starts_with("#include") || line.size() < 10) continue;
    const char close = line[8] == '"' ? '"' : '>';
    found.push_back({line.substr(9, line.find(close, 9) - 9), close == '"'});
  }
  return found;
}

std::vector<Source> sources_below(const std::vector<std::string>& folders) {
  std::vector<Source> sources;
  for (const std::string& folder : folders) {
    if (!fs::exists(kRoot / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cc") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      Source source{
          fs::relative(entry.path(), kRoot), {std::istreambuf_iterator<char>(file), {}}, {}};
      source.includes = includes_of(source.text);
      sources.push_back(std::move(source));
    }
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

// The room of a path as written in an include or as a file's own place; empty: not ours.
std::string room_of(std::string path) {
  if (path.starts_with("include/")) path.erase(0, 8);
  if (path.starts_with("oncobridge/")) {
    path.erase(0, 11);
    // The outermost headers stand beside the rooms and belong to the room that implements them.
    static const std::map<std::string, std::string> outermost = {{"convert.h", "converters"}};
    if (const auto found = outermost.find(path); found != outermost.end()) return found->second;
    if (path.starts_with("profile/")) return "profiles";
  }
  const std::size_t slash = path.find('/');
  static const std::set<std::string> rooms = {"base",     "fhir",    "record", "converters",
                                              "profiles", "deliver", "tools",  "tests"};
  const std::string first = path.substr(0, slash);
  return slash != std::string::npos && rooms.contains(first) ? first : "";
}

// Whom a room may include beside itself.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"base", {}},
    {"fhir", {"base"}},
    {"record", {"base"}},
    {"converters", {"base", "fhir", "record"}},
    {"profiles", {"base", "fhir", "record"}},
    {"deliver", {"base", "fhir", "record"}},
    {"tools", {"base", "fhir", "record", "converters", "profiles", "deliver"}},
};

// Includes that break the table, as `file includes header`.
std::vector<std::string> forbidden_includes(const std::vector<Source>& sources) {
  std::vector<std::string> faults;
  for (const Source& source : sources) {
    const std::string from = room_of(source.path);
    if (!kMayInclude.contains(from)) {
      faults.push_back(source.path + " stands in no room");
      continue;
    }
    for (const Include& include : source.includes) {
      const std::string to = room_of(include.name);
      if (to.empty() || to == from || kMayInclude.at(from).contains(to)) continue;
      faults.push_back(source.path + " includes " + include.name);
    }
  }
  return faults;
}

// A third-party library: how its headers begin, and the files that may include them.
struct Library {
  std::string name;
  std::vector<std::string> headers;
  std::vector<std::string> homes;  // a file, or a folder with '/' at its end
};
const std::vector<Library> kLibraries = {
    {"simdjson", {"simdjson"}, {"converters/readers/", "tools/bench_validate.cc"}},
    {"libcurl", {"curl/"}, {"deliver/fhir_client.cc"}},
    {"cpprest", {"cpprest/", "pplx/"}, {"tools/sandbox/server.cc"}},
    {"CLI11", {"CLI/"}, {"tools/oncobridge.cc"}},
    {"OpenSSL", {"openssl/"}, {"base/uuid.cc"}},
    {"zlib and zstd",
     {"zlib.h", "zstd"},
     {"converters/input.cc", "profiles/tgz.cc", "profiles/zst.cc"}},
    {"pugixml", {"pugixml"}, {"fhir/xml_tape.cc"}},
    {"RE2", {"re2/"}, {"profiles/fhirpath_regex.cc", "profiles/code_system_index.cc"}},
    {"utf8proc", {"utf8proc"}, {"profiles/fhirpath_text.cc"}},
    {"nlohmann/json", {"nlohmann/"}, {"tools/"}},
    {"Google Benchmark", {"benchmark/"}, {"tools/bench"}},
    // Part of Result, so of every interface.
    {"expected", {"tl/expected.hpp"}, {""}},
};

bool stands_in(const std::string& path, const std::vector<std::string>& homes) {
  return std::any_of(homes.begin(), homes.end(),
                     [&](const std::string& home) { return path.starts_with(home); });
}

// A header that the compiler or the operating system brings: `<vector>`, `<fcntl.h>`,
// `<sys/stat.h>`.
bool is_system_header(const std::string& name) {
  static const std::set<std::string> folders = {"sys", "netinet", "arpa"};
  static const std::set<std::string> headers = {"fcntl.h", "unistd.h", "pthread.h",
                                                "poll.h",  "signal.h", "string.h",
                                                "time.h",  "stdlib.h", "emmintrin.h"};
  const std::size_t slash = name.find('/');
  if (slash != std::string::npos) return folders.contains(name.substr(0, slash));
  return name.find('.') == std::string::npos ? name != "simdjson" : headers.contains(name);
}

std::vector<std::string> stray_libraries(const std::vector<Source>& sources) {
  std::vector<std::string> faults;
  for (const Source& source : sources) {
    for (const Include& include : source.includes) {
      if (!room_of(include.name).empty() || is_system_header(include.name)) continue;
      const auto library = std::find_if(
          kLibraries.begin(), kLibraries.end(),
          [&](const Library& candidate) { return stands_in(include.name, candidate.headers); });
      if (library == kLibraries.end()) {
        faults.push_back(source.path + " includes " + include.name +
                         " of a library that no table names");
      } else if (!stands_in(source.path, library->homes)) {
        faults.push_back(source.path + " includes " + include.name + ": " + library->name +
                         " has another home");
      }
    }
  }
  return faults;
}

const std::vector<std::string> kRooms = {"include",    "base",     "fhir",    "record",
                                         "converters", "profiles", "deliver", "tools"};

const std::vector<Source>& product() {
  static const std::vector<Source> sources = sources_below(kRooms);
  return sources;
}

TEST(Structure, TheSourcesAreFound) {
  // A test that reads nothing would pass always.
  EXPECT_GT(product().size(), 50u);
  EXPECT_THAT(product(),
              testing::Contains(testing::Field(&Source::path, "include/oncobridge/convert.h")));
}

TEST(Structure, RoomsIncludeOnlyWhatLiesBelowThem) {
  EXPECT_THAT(forbidden_includes(product()), IsEmpty());
}

TEST(Structure, AnIncludeAcrossRoomsIsFound) {
  for (const auto& [path, header] : std::vector<std::pair<std::string, std::string>>{
           {"converters/mapping.cc", "oncobridge/deliver/fhir_client.h"},
           {"deliver/fhir_client.cc", "oncobridge/convert.h"},
           {"profiles/validator.cc", "converters/terms.h"},
           {"include/oncobridge/fhir/json_writer.h", "oncobridge/record/case_record.h"},
           {"record/shapes.cc", "oncobridge/fhir/json_writer.h"},
           {"include/oncobridge/base/result.h", "oncobridge/fhir/json_writer.h"},
           {"base/text.cc", "converters/terms.h"},
           {"deliver/fhir_client.cc", "tools/commands.h"}}) {
    EXPECT_THAT(forbidden_includes({{path, "", {{header, true}}}}), testing::SizeIs(1)) << path;
  }
}

TEST(Structure, ThirdPartyHeadersStayAtHome) { EXPECT_THAT(stray_libraries(product()), IsEmpty()); }

TEST(Structure, AStrayThirdPartyHeaderIsFound) {
  for (const auto& [path, header] : std::vector<std::pair<std::string, std::string>>{
           {"converters/mapping.cc", "simdjson.h"},
           {"include/oncobridge/fhir/json_writer.h", "nlohmann/json.hpp"},
           {"deliver/files.cc", "curl/curl.h"},
           {"tools/push.cc", "CLI/CLI.hpp"},
           {"base/text.cc", "boost/algorithm/string.hpp"}}) {
    EXPECT_THAT(stray_libraries({{path, "", {{header, false}}}}), testing::SizeIs(1)) << path;
  }
  EXPECT_THAT(
      stray_libraries({{"converters/mapping.cc", "", {{"vector", false}, {"sys/stat.h", false}}}}),
      IsEmpty());
}

TEST(Structure, PublicHeadersNeedOnlyTheStandardLibraryAndExpected) {
  for (const Source& source : product()) {
    if (!source.path.starts_with("include/")) continue;
    for (const Include& include : source.includes) {
      const bool ours = include.name.starts_with("oncobridge/");
      const bool standard = include.name.find('.') == std::string::npos;
      EXPECT_TRUE(ours || standard || include.name == "tl/expected.hpp")
          << source.path << " includes " << include.name;
    }
  }
}

TEST(Structure, NoFileIsLongerThan600Lines) {
  std::vector<std::string> folders = kRooms;
  folders.push_back("tests");
  for (const Source& source : sources_below(folders)) {
    EXPECT_LE(std::count(source.text.begin(), source.text.end(), '\n'), 600) << source.path;
  }
}

// std::regex needs memory in proportion to the text and recurses on it: a long field would end the
// run.
TEST(Structure, NobodyUsesStdRegex) {
  for (const Source& source : product()) {
    for (const Include& include : source.includes) EXPECT_NE(include.name, "regex") << source.path;
    EXPECT_EQ(source.text.find("std::regex"), std::string::npos) << source.path;
  }
}

TEST(Structure, HeadersAreIncludedOnceAndSayWhatTheyAreFor) {
  for (const Source& source : product()) {
    if (!source.path.ends_with(".h")) continue;
    EXPECT_NE(source.text.find("#pragma once"), std::string::npos) << source.path;
    EXPECT_TRUE(source.text.starts_with("// ")) << source.path << ": no opening comment";
  }
}

}  // namespace
