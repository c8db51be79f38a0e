// Native invariants and their FHIRPath never differ: on every node of the R4 examples, and on
// changed examples.
#include "profiles/native_invariants.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>

#include "profiles/definition_store.h"
#include "profiles/fhirpath_eval.h"
#include "profiles/fhirpath_parser.h"
#include "profiles/narrative.h"
#include "profiles/native_shortcuts.h"
#include "profiles/schema.h"
#include "profiles/tgz.h"

namespace oncobridge::profiles {
namespace {

using fhirpath::Truth;

constexpr std::string_view kExamples = "../shared/packages/hl7.fhir.r4.examples-4.0.1.tgz";

class NarrativeHost : public fhirpath::Host {
 public:
  Truth html_checks(const fhirpath::Place& div) override {
    return fhirpath::truth(profiles::html_checks((*div.document.tape)[div.node].value()) == 0);
  }
};

class NativeInvariantsTest : public testing::Test {
 protected:
  NativeInvariantsTest() {
    store_.add_shipped();
    schema_ = std::make_unique<Schema>(store_);
    names_ = std::make_unique<Names>(schema_->names());
    tape_ = std::make_unique<Tape>(*names_);
    natives_ = std::make_unique<NativeInvariants>(schema_->names());
    evaluator_ = std::make_unique<fhirpath::Evaluator>(
        fhirpath::Environment{schema_->names(), schema_.get(), nullptr, &host_});
    for (const auto* table : {&native_table(), &shortcut_table()}) {
      for (const NativeEntry& entry : *table) {
        expressions_[entry.key] = std::move(
            *fhirpath::parse(entry.expression, schema_->names(), fhirpath::Leniency::kDefinitions));
      }
    }
  }

  static bool applies(std::string_view key, const Type& type) {
    if (key == "ele-1") return true;
    if (key == "ext-1") return type.is_a("Extension");
    if (key == "qty-3") return type.is_a("Quantity");
    if (key == "per-1") return type.is_a("Period");
    if (key == "ref-1") return type.is_a("Reference");
    if (key == "bdl-7") return type.is_a("Bundle");
    if (key == "txt-1") return type.primitive == Primitive::kXhtml;
    if (key.starts_with("bdl-")) return type.is_a("Bundle");
    if (key.starts_with("csd-")) return type.is_a("CodeSystem");
    if (key.starts_with("sdf-")) return type.is_a("StructureDefinition");
    if (key == "cpt-2") return type.is_a("ContactPoint");
    if (key.starts_with("eld-")) return type.is_a("ElementDefinition");
    return type.is_a("DomainResource");
  }

  // Where shortcuts of elements within a type are asked.
  static bool applies(const NativeEntry& entry, const NodeType& at) {
    struct Place {
      std::string_view key;
      std::string_view path;
    };
    static constexpr std::array kPlaces = {
        Place{"eld-3", "ElementDefinition.max"},
        Place{"eld-4", "ElementDefinition.type"},
        Place{"eld-12", "ElementDefinition.binding"},
        Place{"eld-17", "ElementDefinition.type"},
        Place{"eld-21", "ElementDefinition.constraint"},
        Place{"sdf-3", "StructureDefinition.snapshot"},
        Place{"sdf-8", "StructureDefinition.snapshot"},
        Place{"sdf-8b", "StructureDefinition.snapshot"},
        Place{"sdf-8a", "StructureDefinition.differential"},
        Place{"sdf-10", "StructureDefinition.snapshot.element"},
        Place{"vsd-6", "ValueSet.expansion.contains"},
        Place{"vsd-9", "ValueSet.expansion.contains"},
        Place{"bdl-5", "Bundle.entry"},
        Place{"bdl-8", "Bundle.entry"},
    };
    const auto place = std::find_if(kPlaces.begin(), kPlaces.end(),
                                    [&](const Place& known) { return known.key == entry.key; });
    if (place == kPlaces.end()) return applies(entry.key, *at.type);
    return at.element != nullptr && at.element->definition->path == place->path;
  }

  // Reads a document and compares on all its nodes.
  void compare(const std::string& source, const std::string& name) {
    names_->reset();
    if (!tape_->read_json(source)) return;
    assign_types(*schema_, *tape_, types_);
    natives_->next_document();
    const fhirpath::Document document{tape_.get(), types_.data()};
    for (NodeId id = 1; id < tape_->size(); ++id) {
      const Type* type = types_[id].type;
      if (type == nullptr || !fhirpath::is_element((*tape_)[id])) continue;
      for (const auto& [entry, shortcut] : asked_of(types_[id])) {
        compare(*entry, shortcut, document, id, name);
      }
    }
  }

  // What is asked of such a node: natives, and shortcuts (true).
  using Asked = std::vector<std::pair<const NativeEntry*, bool>>;
  const Asked& asked_of(const NodeType& at) {
    const auto [known, added] = asked_of_.try_emplace({at.type, at.element});
    if (!added) return known->second;
    for (const NativeEntry& entry : native_table()) {
      if (applies(entry.key, *at.type)) known->second.emplace_back(&entry, false);
    }
    for (const NativeEntry& entry : shortcut_table()) {
      if (applies(entry, at)) known->second.emplace_back(&entry, true);
    }
    return known->second;
  }

  void compare(const NativeEntry& entry, bool shortcut, const fhirpath::Document& document,
               NodeId id, const std::string& name) {
    const Truth fast = entry.function(*natives_, document, id);
    if (shortcut) ++shortcuts_[entry.key][fast];
    if (shortcut && fast == Truth::kFault) return;  // the expression decides
    // There are many elements of definitions, and most are alike.
    const std::size_t asked = shortcut ? shortcuts_[entry.key][fast] : 0;
    if (asked > 5'000 && asked % 16 != 0) return;
    fhirpath::Focus focus;
    focus.document = document;
    focus.node = id;
    const Truth slow = evaluator_->test(*expressions_[entry.key], focus);
    if (evaluator_->fault().kind == fhirpath::EvalFault::kBudget) return;
    if (!shortcut) ++counts_[entry.key][slow];
    if (fast == slow) return;
    if (++differences_ > 20) return;
    const std::string_view source = tape_->source();
    ADD_FAILURE() << entry.key << " differs at node " << id << " (" << types_[id].type->name
                  << ") of " << name << ": native " << static_cast<int>(fast) << ", FHIRPath "
                  << static_cast<int>(slow) << "\n"
                  << (source.size() < 2'000 ? source : "");
  }

  void each_example(const std::function<void(std::string_view, std::string_view)>& use) {
    const auto path = std::filesystem::path(ONCOBRIDGE_SOURCE_DIR) / kExamples;
    std::ifstream file(path, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    TgzVisitor visitor;
    visitor.wants = [](std::string_view name) {
      return name.ends_with(".json") && name.find("package.json") == std::string_view::npos;
    };
    visitor.on_file = use;
    visitor.on_fault = [](const Fault& fault) { ADD_FAILURE() << fault.message; };
    ASSERT_TRUE(visit_tgz(bytes.str(), visitor));
  }

  static bool have_examples() {
    return std::filesystem::exists(std::filesystem::path(ONCOBRIDGE_SOURCE_DIR) / kExamples);
  }

  NarrativeHost host_;
  DefinitionStore store_;
  std::unique_ptr<Schema> schema_;
  std::unique_ptr<Names> names_;
  std::unique_ptr<Tape> tape_;
  std::vector<NodeType> types_;
  std::unique_ptr<NativeInvariants> natives_;
  std::unique_ptr<fhirpath::Evaluator> evaluator_;
  std::map<std::string_view, std::unique_ptr<const fhirpath::Expression>> expressions_;
  std::map<std::string_view, std::map<Truth, std::size_t>> counts_;     // of natives, by answer
  std::map<std::string_view, std::map<Truth, std::size_t>> shortcuts_;  // of shortcuts
  std::map<std::pair<const Type*, const Element*>, Asked> asked_of_;
  int differences_ = 0;
};

#if defined(__SANITIZE_ADDRESS__)
constexpr int kEvery = 40;  // of the examples
#else
constexpr int kEvery = 1;
#endif

TEST_F(NativeInvariantsTest, AgreeOnEveryNodeOfTheExamples) {
  if (!have_examples()) GTEST_SKIP() << "skipped: " << kExamples << " is not here";
  int number = 0;
  each_example([&](std::string_view name, std::string_view bytes) {
    if (number++ % kEvery == 0) compare(std::string(bytes), std::string(name));
  });
  EXPECT_GT(number, 5'000);
  for (const NativeEntry& entry : native_table()) {
    EXPECT_FALSE(counts_[entry.key].empty()) << entry.key << " met nothing";
  }
  if (kEvery > 1) return;  // some are met in few examples
  for (const NativeEntry& entry : shortcut_table()) {
    EXPECT_GT(shortcuts_[entry.key][Truth::kTrue], 0u) << entry.key << " never holds plainly";
  }
}

// Changes one string, name or value of a document, most often into what the invariants look at.
class Mutator {
 public:
  std::string change(std::string source) {
    static const std::vector<std::string> kTexts = {"\"#\"",
                                                    "\"#a\"",
                                                    "\"a\"",
                                                    "\"id\"",
                                                    "\"reference\"",
                                                    "\"contained\"",
                                                    "\"value\"",
                                                    "\"valueString\"",
                                                    "\"extension\"",
                                                    "\"start\"",
                                                    "\"end\"",
                                                    "\"system\"",
                                                    "\"code\"",
                                                    "\"fullUrl\"",
                                                    "\"versionId\"",
                                                    "\"meta\"",
                                                    "\"history\"",
                                                    "\"2012\"",
                                                    "\"2012-01-01T00:00:00Z\"",
                                                    "\"_id\"",
                                                    "\"\"",
                                                    "\"text\"",
                                                    "\"div\"",
                                                    "\"url\"",
                                                    "\"type\"",
                                                    "\"canonical\"",
                                                    "\"resource\"",
                                                    "\"path\"",
                                                    "\"min\"",
                                                    "\"max\"",
                                                    "\"*\"",
                                                    "\"key\"",
                                                    "\"element\"",
                                                    "\"snapshot\"",
                                                    "\"differential\"",
                                                    "\"patternCode\"",
                                                    "\"fixedUri\"",
                                                    "\"sliceName\"",
                                                    "\"binding\"",
                                                    "\"request\"",
                                                    "\"concept\"",
                                                    "\"a.b.c\""};
    static const std::vector<std::string> kValues = {
        "null",
        "{}",
        "[]",
        "1",
        "true",
        "[null]",
        "{\"id\":\"a\"}",
        "{\"extension\":[{\"url\":\"u\",\"valueUri\":\"#a\"}]}",
        "[{\"reference\":\"#\"}]"};
    std::vector<std::pair<std::size_t, std::size_t>> strings;
    for (std::size_t at = 0; at < source.size(); ++at) {
      if (source[at] != '"') continue;
      const std::size_t from = at++;
      while (at < source.size() && source[at] != '"') at += source[at] == '\\' ? 2 : 1;
      strings.emplace_back(from, std::min(at + 1, source.size()));
    }
    if (strings.empty()) return source;
    for (int i = 0; i < 1 + static_cast<int>(random_() % 3); ++i) {
      const auto [from, to] = strings[random_() % strings.size()];
      if (to > source.size()) break;
      const auto& [a, b] = strings[random_() % strings.size()];
      std::string text;
      switch (random_() % 4) {
        case 0:  // a text of the document, so that ids meet references
          text = b <= source.size() && a < b ? source.substr(a, b - a) : "\"a\"";
          if (random_() % 2 == 0 && text.size() > 2) text.insert(1, "#");
          break;
        case 1:
          text = kValues[random_() % kValues.size()];
          break;
        default:
          text = kTexts[random_() % kTexts.size()];
          break;
      }
      // Names stay names: only what is followed by no colon may become another value.
      const std::size_t next = source.find_first_not_of(" \t\r\n", to);
      const bool is_name = next != std::string::npos && source[next] == ':';
      if (is_name && text[0] != '"') text = "\"id\"";
      source.replace(from, to - from, text);
      if (text.size() != to - from) break;  // the places behind have moved
    }
    return source;
  }

 private:
  std::mt19937 random_{4};  // the same changes in every run
};

TEST_F(NativeInvariantsTest, AgreeOnChangedExamples) {
  if (!have_examples()) GTEST_SKIP() << "skipped: " << kExamples << " is not here";
  Mutator mutator;
  int number = 0;
  int changes = 0;
  each_example([&](std::string_view name, std::string_view bytes) {
    constexpr std::size_t kLargest = 4 * 1024;
    if (bytes.size() > kLargest || number++ % kEvery != 0) return;
    std::string source(bytes);
    for (int i = 0; i < 48; ++i) {
      if (i % 12 == 0) source = bytes;
      source = mutator.change(std::move(source));
      compare(source, std::string(name) + " changed " + std::to_string(i % 12 + 1) + " times");
      ++changes;
    }
  });
  EXPECT_GT(changes * kEvery, 100'000);
}

TEST_F(NativeInvariantsTest, AgreeOnWhatIsRare) {
  for (const char* source : {
           // dom-3: pointed at by reference, by canonical, from within; not at all
           R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a"}],
              "managingOrganization":{"reference":"#a"}})",
           R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a"}]})",
           R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a",
              "partOf":{"reference":"#"}}]})",
           R"({"resourceType":"QuestionnaireResponse","questionnaire":"#q",
              "contained":[{"resourceType":"Questionnaire","id":"q"}]})",
           R"({"resourceType":"Patient","contained":[{"resourceType":"Organization"}]})",
           R"({"resourceType":"Patient","contained":[{"resourceType":"Organization",
              "_id":{"id":"x"}}]})",
           R"({"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a",
              "contained":[{"resourceType":"Patient","id":"b"}],
              "meta":{"versionId":"1","lastUpdated":"2012-01-01T00:00:00Z",
                      "security":[{"code":"R"}]}}]})",
           R"({"resourceType":"Patient","extension":[{"url":"#a","valueUrl":"#b"}],
              "contained":[{"resourceType":"Patient","id":"a"},
                           {"resourceType":"Patient","id":"b"},
                           {"resourceType":"Patient","id":"c"}]})",
           // bdl-7: the same twice, told apart by version, glued to the same text
           R"({"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"u"},{"fullUrl":"u"}]})",
           R"({"resourceType":"Bundle","type":"history","entry":[{"fullUrl":"u"},
              {"fullUrl":"u"}]})",
           R"({"resourceType":"Bundle","entry":[{"fullUrl":"u"},{"fullUrl":"u"}]})",
           R"({"resourceType":"Bundle","type":"batch","entry":[
              {"fullUrl":"u","resource":{"resourceType":"Patient","meta":{"versionId":"1"}}},
              {"fullUrl":"u","resource":{"resourceType":"Patient","meta":{"versionId":"2"}}}]})",
           R"({"resourceType":"Bundle","type":"batch","entry":[
              {"fullUrl":"u1","resource":{"resourceType":"Patient","meta":{"versionId":"2"}}},
              {"fullUrl":"u","resource":{"resourceType":"Patient","meta":{"versionId":"12"}}}]})",
           R"({"resourceType":"Bundle","type":"batch","entry":[{"_fullUrl":{"id":"x"}}]})",
           // per-1
           R"({"resourceType":"Patient","name":[{"period":{"start":"2012","end":"2012-05"}},
              {"period":{"start":"2013","end":"2012-05"}},{"period":{"start":"x","end":"y"}},
              {"period":{"start":"x","end":"2012"}},{"period":{"start":"2012"}}]})",
           // ref-1
           R"({"resourceType":"Patient","generalPractitioner":[{"display":"x"},{"reference":"#"},
              {"reference":"#a"},{"reference":{}},{"_reference":{"id":"x"}}]})",
           // ele-1, ext-1, qty-3
           R"({"resourceType":"Observation","code":{"id":"x"},"subject":{},"extension":[
              {"url":"u"},{"url":"u","valueCode":"a","extension":[{"url":"v"}]}],
              "valueQuantity":{"code":"mg"}})",
       }) {
    compare(source, "a rare case");
  }
  EXPECT_GT(counts_["dom-3"][Truth::kFalse], 0u);
  EXPECT_GT(counts_["dom-3"][Truth::kFault], 0u);
  EXPECT_GT(counts_["bdl-7"][Truth::kFalse], 0u);
  EXPECT_GT(counts_["bdl-7"][Truth::kEmpty], 0u);
  EXPECT_GT(counts_["per-1"][Truth::kEmpty], 0u);
  EXPECT_GT(counts_["ref-1"][Truth::kFalse], 0u);
}

// A bundle of many entries and a resource that contains many take time in proportion.
TEST_F(NativeInvariantsTest, LargeDocumentsAreDecided) {
  std::string bundle = R"({"resourceType":"Bundle","type":"batch","entry":[)";
  std::string patient = R"({"resourceType":"Patient","contained":[)";
  std::string links;
  for (int i = 0; i < 50'000; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    bundle += comma + R"({"fullUrl":"urn:)" + std::to_string(i) + "\"}";
    patient += comma + R"({"resourceType":"Patient","id":")" + std::to_string(i) + "\"}";
    links += comma + R"({"other":{"reference":"#)" + std::to_string(i) + R"("},"type":"refer"})";
  }
  const auto decide = [&](const std::string& source, std::string_view key) {
    EXPECT_TRUE(tape_->read_json(source));
    assign_types(*schema_, *tape_, types_);
    natives_->next_document();
    const fhirpath::Document document{tape_.get(), types_.data()};
    Truth result = Truth::kTrue;
    for (NodeId id = 1; id < tape_->size(); ++id) {
      if (types_[id].type == nullptr) continue;
      for (const NativeEntry& entry : native_table()) {
        if (entry.key != key || !applies(key, *types_[id].type)) continue;
        if (entry.function(*natives_, document, id) != Truth::kTrue) result = Truth::kFalse;
      }
    }
    return result;
  };
  EXPECT_EQ(decide(bundle + "]}", "bdl-7"), Truth::kTrue);
  EXPECT_EQ(decide(bundle + R"(,{"fullUrl":"urn:0"}]})", "bdl-7"), Truth::kFalse);
  patient += "],\"link\":[" + links + "]}";
  EXPECT_EQ(decide(patient, "dom-3"), Truth::kTrue);
  EXPECT_EQ(decide(patient, "ref-1"), Truth::kTrue);
}

}  // namespace
}  // namespace oncobridge::profiles
