#include "converters/readers/case_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace oncobridge {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Terms& tables() {
  static const Terms terms = Terms::load(embedded_term_tables()).value();
  return terms;
}

// A reader and the record it read last. The bytes end at the end of their memory but for the
// padding that the reader may look at, so that a sanitizer sees every byte read too far.
class Read {
 public:
  explicit Read(std::string_view bytes, CaseJsonLimits limits = {}, std::uint32_t line = 1,
                std::uint32_t column = 1)
      : reader_(make_case_json_reader(tables(), limits)) {
    again(bytes, line, column);
  }
  const CaseRecord* again(std::string_view bytes, std::uint32_t line = 1,
                          std::uint32_t column = 1) {
    memory_ = std::make_unique<char[]>(bytes.size() + kRecordPadding);
    std::memcpy(memory_.get(), bytes.data(), bytes.size());
    std::memset(memory_.get() + bytes.size(), ' ', kRecordPadding);
    record_ = reader_->read({{memory_.get(), bytes.size()}, line, column});
    return record_;
  }
  bool sound() const { return record_ != nullptr; }
  const CaseRecord& record() const { return *record_; }
  RecordReader& reader() { return *reader_; }

  // "line:column path rule [value]" of every fault.
  std::vector<std::string> faults() const {
    std::vector<std::string> result;
    for (const Fault& fault : reader_->faults()) {
      EXPECT_FALSE(fault.message.empty());
      EXPECT_FALSE(fault.advice.empty());
      result.push_back(std::to_string(fault.place.line) + ":" + std::to_string(fault.place.column) +
                       " " + fault.place.path + " " + fault.rule + " [" + fault.value + "]");
    }
    return result;
  }

 private:
  std::unique_ptr<RecordReader> reader_;
  std::unique_ptr<char[]> memory_;
  const CaseRecord* record_ = nullptr;
};

std::vector<std::string> faults_of(std::string_view bytes) {
  Read read(bytes);
  EXPECT_EQ(read.sound(), read.faults().empty());
  return read.faults();
}

// The only fault of a record.
std::string fault_of(std::string_view bytes) {
  const auto faults = faults_of(bytes);
  EXPECT_THAT(faults, SizeIs(1)) << bytes.substr(0, 200);
  return faults.empty() ? "none" : faults.front();
}

std::string file_of_repository(const std::string& path) {
  std::ifstream file(std::string(ONCOBRIDGE_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// ---- what a record says

TEST(CaseJson, AValueKeepsItsWordingAndItsCode) {
  Read read(
      R"({"case_id":"a","markers":[{"marker":"ki-67","percent":{"value":1.50,"unit":"%"}}]})");
  ASSERT_TRUE(read.sound()) << testing::PrintToString(read.faults());
  const Marker& marker = read.record().markers.items[0];
  EXPECT_EQ(marker.marker.text, "ki-67");
  ASSERT_NE(marker.marker.term, nullptr);
  EXPECT_EQ(marker.percent.value.text, "1.50") << "the source's digits are kept";
  EXPECT_FALSE(marker.fact.state) << "not reported is not known";
  EXPECT_FALSE(marker.result);
}

TEST(CaseJson, TheFourStatesAreNeverMerged) {
  Read read(
      R"({"case_id":"a","metastases":[{"state":"negative"},{"state":"unknown"},{"state":"known","site":"lung"},)"
      R"({"site":"bone"}]})");
  ASSERT_TRUE(read.sound()) << testing::PrintToString(read.faults());
  const auto& list = read.record().metastases;
  ASSERT_EQ(list.count, 4u);
  EXPECT_TRUE(list.items[0].fact.negative());
  EXPECT_TRUE(list.items[1].fact.unknown());
  EXPECT_EQ(list.items[2].fact.state.value, State::known);
  EXPECT_EQ(list.items[3].fact.state.value, State::not_given);
}

TEST(CaseJson, AShortFormIsTheSameAsTheObject) {
  Read brief(R"({"case_id":"a","surgeries":{"procedure":"x"}})");
  EXPECT_THAT(brief.faults(), ElementsAre("1:28  wrong-type [{]")) << "a list is a list";
  Read read(
      R"({"case_id":"a","surgeries":[{"procedure":"mastectomy","site":"breast","when":"2019-05","source":"Table 1",)"
      R"("note":"one"}]})");
  ASSERT_TRUE(read.sound()) << testing::PrintToString(read.faults());
  const Surgery& surgery = read.record().surgeries.items[0];
  EXPECT_EQ(surgery.site.site.text, "breast");
  EXPECT_EQ(surgery.when.date.text, "2019-05");
  EXPECT_EQ(surgery.fact.source.items[0].place.value, "Table 1");
  EXPECT_EQ(surgery.fact.note.items[0].value, "one");
}

TEST(CaseJson, AReferenceMayComeBeforeItsFactAndIntoALongList) {
  std::string record = R"({"case_id":"a","markers":[)";
  for (int i = 0; i < 50; ++i) {
    record += (i == 0 ? "" : ",") + std::string(R"({"marker":"ER","specimen":"s)") +
              std::to_string(i) + R"("})";
  }
  record += R"(],"specimens":[)";
  for (int i = 0; i < 50; ++i) {
    record += (i == 0 ? "" : ",") + std::string(R"({"id":"s)") + std::to_string(i) +
              R"(","identifier":"B-)" + std::to_string(i) + R"("})";
  }
  Read read(record + "]}");
  ASSERT_TRUE(read.sound()) << testing::PrintToString(read.faults());
  for (std::uint32_t i = 0; i < 50; ++i) {
    EXPECT_EQ(read.record().markers.items[i].specimen.target,
              &read.record().specimens.items[i].fact)
        << i;
  }
}

TEST(CaseJson, EscapesAreReadInTextsAndInNames) {
  Read read(
      "{\"case\\u005fid\":\"a\",\"title\":\"\\\"M\\u00FCller\\\" \\ud83d\\ude00 \\n\\t\\\\ \\/\"}");
  ASSERT_TRUE(read.sound()) << testing::PrintToString(read.faults());
  EXPECT_EQ(read.record().title.value, "\"Müller\" 😀 \n\t\\ /");
  EXPECT_EQ(read.record().case_id.value, "a");
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\"tit\\u006ce\":\"x\",\"title\":\"y\"}"),
            "1:33  duplicate-field [title]");
}

TEST(CaseJson, AReaderForgetsItsLastRecord) {
  Read read(R"({"case_id":"a","title":"x","markers":[{"marker":"ER","id":"m"}]})");
  ASSERT_TRUE(read.sound());
  EXPECT_EQ(read.again("{"), nullptr);
  EXPECT_THAT(read.faults(), SizeIs(1));
  ASSERT_NE(read.again(R"({"case_id":"b"})"), nullptr);
  EXPECT_THAT(read.faults(), IsEmpty());
  EXPECT_FALSE(read.record().title);
  EXPECT_TRUE(read.record().markers.empty());
}

TEST(CaseJson, EveryExampleIsReadWithoutAFault) {
  for (const char* path : {"examples/first_case.json", "examples/seed_cases/003_index.json",
                           "examples/seed_cases/004.json"}) {
    EXPECT_THAT(Read(file_of_repository(path)).faults(), IsEmpty()) << path;
  }
}

// ---- faults, each with line, column, path, rule and value

TEST(CaseJson, AnUnknownFieldIsReportedAndNotDropped) {
  EXPECT_EQ(fault_of(R"({"case_id":"a","colour":"red"})"), "1:16  unknown-field [colour]");
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\n \"markers\":[{\"marker\":\"ER\",\n   "
                     "\"percnt\":{\"value\":[1,{\"x\":2}]}}]}"),
            "3:4 markers[0] unknown-field [percnt]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"age":{"value":60,"years":1}}})"),
            "1:45 patient.age unknown-field [years]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","":1})"), "1:16  unknown-field []");
  EXPECT_EQ(fault_of(R"({"case_id":"a","title\u0000":"x"})"), "1:16  unknown-field [title\0]"s);
  EXPECT_EQ(fault_of(R"({"case_id":"a","surgeries":[{"procedure":{"text":"x","display":"y"}}]})"),
            "1:54 surgeries[0].procedure unknown-field [display]");
}

TEST(CaseJson, EachKindOfValueHasItsType) {
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":5})"), "1:24 title wrong-type [5]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":null})"), "1:24 title wrong-type [null]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":["x"]})"), "1:24 title wrong-type [[]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":{"x":1}})"), "1:24 title wrong-type [{]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","primary_tumors":[{"diagnosis":"x","occult":"true"}]})"),
            "1:60 primary_tumors[0].occult wrong-type [\"true\"]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","primary_tumors":[{"diagnosis":"x","occult":1}]})"),
            "1:60 primary_tumors[0].occult wrong-type [1]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","primary_tumors":[{"diagnosis":"x","occult":truely}]})"),
            "1:60 primary_tumors[0].occult wrong-type [truely]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","pathology":[{"nodes_examined":"5"}]})"),
            "1:47 pathology[0].nodes_examined wrong-type [\"5\"]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","pathology":[{"nodes_examined":-5}]})"),
            "1:47 pathology[0].nodes_examined wrong-type [-5]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","pathology":[{"nodes_examined":5.5}]})"),
            "1:47 pathology[0].nodes_examined wrong-type [5.5]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"age":{"value":"60"}}})"),
            "1:42 patient.age.value wrong-type [\"60\"]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"age":{"value":true}}})"),
            "1:42 patient.age.value wrong-type [true]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"age":60}})"),
            "1:33 patient.age wrong-type [60]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":"female"})"),
            "1:26 patient wrong-type [\"female\"]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":[]})"), "1:26 patient wrong-type [[]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"gender":1}})"),
            "1:36 patient.gender wrong-type [1]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"birth_date":1970}})"),
            "1:40 patient.birth_date wrong-type [1970]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":{"marker":"ER"}})"), "1:26  wrong-type [{]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":["ER"]})"), "1:27 markers[0] wrong-type [\"ER\"]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[{"marker":7}]})"),
            "1:37 markers[0].marker wrong-type [7]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[{"marker":["ER"]}]})"),
            "1:37 markers[0].marker wrong-type [[]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[{"marker":{"text":"ER","code":7}}]})"),
            "1:57 markers[0].marker.code wrong-type [7]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[{"marker":"ER","specimen":3}]})"),
            "1:53 markers[0].specimen wrong-type [3]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","surgeries":[{"procedure":"x","when":2019}]})"),
            "1:53 surgeries[0].when wrong-type [2019]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","surgeries":[{"procedure":"x","note":[1]}]})"),
            "1:54 surgeries[0].note[0] wrong-type [1]");
}

TEST(CaseJson, ADateIsADayOfTheCalendar) {
  for (const std::string_view date : {"2019-02-29", "2019-13", "2019-00", "2019-04-31", "0000",
                                      "2019-5", "19", "May 2019", "2019-05-17T10:00:00Z"}) {
    EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"birth_date":")" + std::string(date) + "\"}}"),
              "1:40 patient.birth_date impossible-date [" + std::string(date) + "]");
  }
  EXPECT_EQ(fault_of(R"({"case_id":"a","surgeries":[{"procedure":"x","when":"last year"}]})"),
            "1:53 surgeries[0].when.date impossible-date [last year]")
      << "a relative time is words: {\"text\": ...}";
  EXPECT_TRUE(Read(R"({"case_id":"a","patient":{"birth_date":"2020-02-29"}})").sound());
}

TEST(CaseJson, AWordMustBeInItsList) {
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"gender":"f"}})"),
            "1:36 patient.gender not-in-list [f]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"gender":"Female"}})"),
            "1:36 patient.gender not-in-list [Female]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"birth_sex":"asked_but_unknown"}})"),
            "1:39 patient.birth_sex not-in-list [asked_but_unknown]");
  EXPECT_TRUE(Read(R"({"case_id":"a","patient":{"birth_sex":"asked-but-unknown"}})").sound());
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"age":{"value":60,"comparator":"~"}}})"),
            "1:58 patient.age.comparator not-in-list [~]");
}

TEST(CaseJson, ACodeMustBeInTheTableOfItsField) {
  const Term& er = *tables().find(TermField::marker, "ER");
  const std::string code(er.codings.front().code);
  const std::string system(er.codings.front().system);
  const auto marker = [](const std::string& concept_json) {
    return R"({"case_id":"a","markers":[{"marker":)" + concept_json + "}]}";
  };
  EXPECT_TRUE(Read(marker(R"({"code":")" + code + "\"}")).sound());
  EXPECT_TRUE(
      Read(marker(R"({"text":"Östrogen","code":")" + code + R"(","system":")" + system + "\"}"))
          .sound());
  EXPECT_EQ(fault_of(marker(R"({"code":"1-8"})")),
            "1:45 markers[0].marker.code code-not-in-list [1-8]");
  EXPECT_EQ(fault_of(marker(R"({"text":"ER","code":"85319-2","system":"http://snomed.info/sct"})")),
            "1:57 markers[0].marker.code code-not-in-list [85319-2]")
      << "a code of another system";
  EXPECT_EQ(fault_of(R"({"case_id":"a","surgeries":[{"procedure":{"text":"ER","code":")" + code +
                     "\"}}]}"),
            "1:62 surgeries[0].procedure.code code-not-in-list [" + code + "]")
      << "a code of another field";
  EXPECT_EQ(fault_of(marker(R"({"text":"ER","system":")" + system + "\"}")),
            "1:37 markers[0].marker missing-field []");
  EXPECT_EQ(fault_of(marker("{}")), "1:37 markers[0].marker missing-field []");
}

TEST(CaseJson, AResponseIsGivenInWordsBecauseItsTableDependsOnItsKind) {
  Read read(
      R"({"case_id":"a","responses":[{"kind":"recist","value":"PR"},{"kind":"recist","value":{"text":"PR"}}]})");
  EXPECT_TRUE(read.sound()) << testing::PrintToString(read.faults());
  EXPECT_EQ(
      fault_of(
          R"({"case_id":"a","responses":[{"kind":"recist","value":{"text":"PR","code":"LA28370-7"}}]})"),
      "1:74 responses[0].value.code code-not-in-list [LA28370-7]");
}

TEST(CaseJson, AFieldStandsOnce) {
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":"x","title":"x"})"),
            "1:28  duplicate-field [title]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","case_id":"a"})"), "1:16  duplicate-field [case_id]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[{"marker":{"text":"ER","text":"PR"}}]})"),
            "1:50 markers[0].marker duplicate-field [text]");
}

TEST(CaseJson, AnIdStandsOnceAndAReferenceFindsAFittingFact) {
  EXPECT_EQ(
      fault_of(
          R"({"case_id":"a","specimens":[{"id":"s","type":"tumor"}],"markers":[{"marker":"ER","id":"s"}]})"),
      "1:87 markers[0].id duplicate-id [s]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[{"marker":"ER","specimen":"s"}]})"),
            "1:53 markers[0].specimen unknown-reference [s]");
  EXPECT_EQ(
      fault_of(
          R"({"case_id":"a","specimens":[{"id":"s","type":"tumor"}],"markers":[{"marker":"ER","condition":"s"}]})"),
      "1:94 markers[0].condition wrong-reference [s]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[{"marker":"ER","source":{"document":"d"}}]})"),
            "1:63 markers[0].source[0].document unknown-reference [d]");
}

TEST(CaseJson, ARequiredFieldIsThere) {
  EXPECT_EQ(fault_of(R"({"title":"x"})"), "1:1  missing-field []");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[{"result":"positive"}]})"),
            "1:27 markers[0] missing-field []");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"identifiers":{"value":"1"}}})"),
            "1:41 patient.identifiers[0] missing-field []");
}

TEST(CaseJson, NothingEmptyIsAccepted) {
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[]})"), "1:26  empty-list []");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{}})"), "1:26 patient empty-object []");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"age":{}}})"),
            "1:33 patient.age empty-object []");
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":""})"), "1:24 title text-form []");
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":" \t\n "})"), "1:24 title text-form [ \t\n ]");
  EXPECT_EQ(fault_of("{}"), "1:1  missing-field []");
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\n \"markers\":[{}]}"),
            "2:13 markers[0] missing-field []");
}

TEST(CaseJson, TextsHaveTheFormOfTheirField) {
  for (const std::string_view id : {"-a", "a b", "a\\u0000", "ä", ".a", "a\\n"}) {
    EXPECT_THAT(fault_of("{\"case_id\":\"" + std::string(id) + "\"}"),
                testing::StartsWith("1:12 case_id text-form"))
        << id;
  }
  EXPECT_TRUE(Read(R"({"case_id":"my-hospital:ward_3/00.1"})").sound());
  EXPECT_TRUE(Read(R"({"case_id":")" + std::string(128, 'x') + "\"}").sound());
  EXPECT_FALSE(Read(R"({"case_id":")" + std::string(129, 'x') + "\"}").sound());
  EXPECT_EQ(
      fault_of(R"({"case_id":"a","patient":{"identifiers":{"system":"my ids","value":"1"}}})"),
      "1:51 patient.identifiers[0].system text-form [my ids]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","patient":{"language":"German"}})"),
            "1:38 patient.language text-form [German]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","stages":[{"tnm":"T2 (clinical) N0; M0"}]})"),
            "1:33 stages[0].tnm text-form [T2 (clinical) N0; M0]");
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\"title\":\"a\\u0007b\"}"), "1:24 title text-form [a\ab]");
}

TEST(CaseJson, NumbersKeepTheirDigits) {
  const auto value = [](std::string_view number) {
    Read read(R"({"case_id":"a","body_measures":[{"kind":"body-weight","value":{"value":)" +
              std::string(number) + "}}]}");
    return read.sound() ? std::string(read.record().body_measures.items[0].value.value.text)
                        : read.faults().front();
  };
  for (const std::string number :
       {"1.50", "0", "-0.0", "2.50e+01", "0.000", "1E2", "123456789.123456789"})
    EXPECT_EQ(value(number), number);
  for (const std::string number :
       {"01", "1.", ".5", "+1", "1e", "0x10", "1_000", "NaN", "1,5", "- 1", "--1"}) {
    EXPECT_THAT(value(number), testing::Not(number)) << number;
  }
  EXPECT_EQ(value("01"), "1:72 body_measures[0].value.value wrong-type [01]");
  EXPECT_EQ(value("1e400"), "1:72 body_measures[0].value.value out-of-range [1e400]");
  EXPECT_EQ(value("-1e-400"), "1:72 body_measures[0].value.value out-of-range [-1e-400]");
  EXPECT_EQ(value(std::string(65, '1')),
            "1:72 body_measures[0].value.value wrong-type [" + std::string(65, '1') + "]");
}

TEST(CaseJson, AWholeNumberIsWholeHoweverItIsWritten) {
  const auto nodes = [](std::string_view number) {
    Read read(R"({"case_id":"a","pathology":[{"nodes_examined":)" + std::string(number) + "}]}");
    return read.sound() ? std::to_string(read.record().pathology.items[0].nodes_examined.value)
                        : read.faults().front();
  };
  EXPECT_EQ(nodes("12"), "12");
  EXPECT_EQ(nodes("12.0"), "12");
  EXPECT_EQ(nodes("1.2e1"), "12");
  EXPECT_EQ(nodes("0"), "0");
  EXPECT_EQ(nodes("2147483647"), "2147483647");
  EXPECT_EQ(nodes("2147483648"), "1:47 pathology[0].nodes_examined out-of-range [2147483648]");
  EXPECT_EQ(nodes("99999999999999999999"),
            "1:47 pathology[0].nodes_examined wrong-type [99999999999999999999]");
  EXPECT_EQ(nodes("012"), "1:47 pathology[0].nodes_examined wrong-type [012]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","markers":[{"marker":"ER","allred":{"total":9}}]})"),
            "1:60 markers[0].allred.total out-of-range [9]");
}

TEST(CaseJson, AllFaultsOfARecordAreFound) {
  EXPECT_THAT(
      faults_of("{\"case_id\":\"a "
                "b\",\n\"colour\":1,\n\"patient\":{\"gender\":\"f\",\"birth_date\":\"2019-13\"},\n"
                "\"markers\":[{\"result\":\"x\"},{\"marker\":\"ER\",\"specimen\":\"s\",\"percent\":"
                "{\"value\":\"5\"}}],\n\"title\":\"\"}"),
      ElementsAre("1:12 case_id text-form [a b]", "2:1  unknown-field [colour]",
                  "3:21 patient.gender not-in-list [f]",
                  "3:38 patient.birth_date impossible-date [2019-13]",
                  "4:12 markers[0] missing-field []",
                  "4:76 markers[1].percent.value wrong-type [\"5\"]", "5:9 title text-form []",
                  "4:53 markers[1].specimen unknown-reference [s]"));
}

TEST(CaseJson, AHostileRecordHasNoMoreThanFiftyFaults) {
  std::string record = "{";
  for (int i = 0; i < 100'000; ++i)
    record += "\"x" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  EXPECT_THAT(faults_of(record + "\"case_id\":\"a\"}"), SizeIs(50));
}

TEST(CaseJson, LineAndColumnCountFromTheBeginningOfTheInput) {
  Read read("{\"case_id\":\"a\",\n\"colour\":1,\"shape\":2}", {}, 17, 5);
  EXPECT_THAT(read.faults(),
              ElementsAre("18:1  unknown-field [colour]", "18:12  unknown-field [shape]"));
  Read one_line(R"({"case_id":"a","colour":1})", {}, 17, 5);
  EXPECT_THAT(one_line.faults(), ElementsAre("17:20  unknown-field [colour]"));
}

TEST(CaseJson, ColumnsCountBytes) {
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\"title\":\"Ä\",\"colour\":1}"),
            "1:29  unknown-field [colour]");
}

// ---- texts that are no JSON

TEST(CaseJson, ARecordIsAnObject) {
  EXPECT_EQ(fault_of("[1,2]"), "1:1  not-an-object [[1,2]]");
  EXPECT_EQ(fault_of("\"x\""), "1:1  not-an-object [\"x\"]");
  EXPECT_EQ(fault_of("5"), "1:1  not-an-object [5]");
  EXPECT_EQ(fault_of("null"), "1:1  not-an-object [null]");
  EXPECT_EQ(fault_of("case_id,gender"), "1:1  not-an-object [case_id,gender]");
  EXPECT_EQ(fault_of(""), "1:1  empty-record []");
  EXPECT_EQ(fault_of("  "), "1:1  empty-record [  ]");
}

TEST(CaseJson, NothingFollowsTheRecord) {
  EXPECT_EQ(fault_of(R"({"case_id":"a"} x)"), "1:17  trailing-content [x]");
  EXPECT_EQ(fault_of(R"({"case_id":"a"}{"case_id":"b"})"),
            "1:16  trailing-content [{\"case_id\":\"b\"}]");
  EXPECT_EQ(fault_of(R"({"case_id":"a"}})"), "1:16  trailing-content [}]");
  EXPECT_EQ(fault_of(R"({"case_id":"a"},)"), "1:16  trailing-content [,]");
  EXPECT_TRUE(Read("{\"case_id\":\"a\"} \t\r\n ").sound());
}

TEST(CaseJson, InvalidUtf8IsFoundWhereItStands) {
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\n\"title\":\"M\xFCller\"}"), "2:11  invalid-utf8 [0xFC]");
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\"title\":\"\xED\xA0\x80\"}"),
            "1:25  invalid-utf8 [0xED]");
  EXPECT_EQ(
      fault_of("{\"case_id\":\"a\",\"title\":"
               "\"aaaa\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\"}"),
      "1:29  invalid-utf8 [0x80]");
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\"title\":\"x\xC3\"}"), "1:26  invalid-utf8 [0xC3]");
}

TEST(CaseJson, HalfASurrogatePairIsNoText) {
  for (const std::string_view text :
       {"\\ud800", "\\udc00", "\\ud800x", "\\ud800\\ud800", "\\ud800\\u0041", "\\uDFFF\\uD800"}) {
    EXPECT_THAT(fault_of(R"({"case_id":"a","title":")" + std::string(text) + "\"}"),
                testing::StartsWith("1:24 title broken-string ["))
        << text;
  }
}

TEST(CaseJson, BrokenStringsNameTheirField) {
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":"a\xb"})"), "1:24 title broken-string [\"a\\xb\"}]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","ti\qtle":"a"})"),
            "1:16  broken-string [\"ti\\qtle\":\"a\"}]");
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\"title\":\"two\nlines\"}"),
            "1:28  broken-string [\nlines\"}]");
  EXPECT_EQ(fault_of("{\"case_id\":\"a\",\"title\":\"x\0y\"}"sv), "1:26  broken-string [\0y\"}]"s);
}

TEST(CaseJson, AMissingQuoteIsFoundAtTheStringThatItOpens) {
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":"x})"), "1:24  unclosed-string [\"x}]");
  EXPECT_EQ(fault_of(R"({"case_id":"a","title":"x\"})"), "1:24  unclosed-string [\"x\\\"}]");
}

TEST(CaseJson, SeparatorsAreThoseOfJson) {
  const std::string_view texts[] = {
      R"({"case_id" "a"})",
      R"({"case_id":"a" "title":"x"})",
      R"({"case_id":"a",})",
      R"({"case_id":"a",,"title":"x"})",
      R"({,"case_id":"a"})",
      R"({"case_id":"a";"title":"x"})",
      R"({"case_id":"a","title":"x" "y"})",
      R"({case_id:"a"})",
      R"({'case_id':'a'})",
      R"({"case_id":"a",/* */"title":"x"})",
      R"({"case_id":"a","markers":[{"marker":"ER"},]})",
      R"({"case_id":"a","markers":[{"marker":"ER"} {"marker":"PR"}]})",
      R"({"case_id":"a","markers":[{"marker":"ER"}})",
      R"({"case_id":"a","markers":[{"marker":"ER"]})",
      R"({"case_id":"a","markers":[,{"marker":"ER"}]})",
      R"({"case_id"})",
      R"({"case_id":})",
      R"({"case_id":"a","title":"x"]})",
      R"({"case_id":"a":"b"})",
      R"({"case_id"::"a"})",
      "{\"case_id\":\"a\"\0}"sv,
      R"({"case_id":"a","primary_tumors":[{"diagnosis":"x","occult":true false}]})",
      R"({"case_id":"a","pathology":[{"nodes_examined":5 6}]})",
      R"({"case_id":"a","pathology":[{"nodes_examined":5"6"}]})"};
  for (const std::string_view text : texts) {
    EXPECT_FALSE(faults_of(text).empty()) << text;
  }
}

// ---- hostile input

TEST(CaseJson, ARecordCutShortAnywhereIsNeverAccepted) {
  const std::string whole = file_of_repository("examples/first_case.json");
  const std::string record = whole.substr(0, whole.rfind('}') + 1);
  Read read(record);
  ASSERT_TRUE(read.sound());
  for (std::size_t size = 0; size < record.size(); ++size) {
    ASSERT_EQ(read.again(std::string_view(record).substr(0, size)), nullptr) << size;
    ASSERT_THAT(read.faults(), SizeIs(testing::Ge(1u))) << size;
  }
  ASSERT_NE(read.again(record), nullptr);
}

TEST(CaseJson, ARecordWithAnyByteChangedOrLeftOutIsReadOrRejectedButNeverCrashes) {
  const std::string record = file_of_repository("examples/seed_cases/000_a.json");
  Read read(record);
  ASSERT_TRUE(read.sound());
  for (std::size_t i = 0; i < record.size(); ++i) {
    for (const char c : "\0\"\\{}[],:0e-t \n\x80\xFF"sv) {
      std::string changed = record;
      changed[i] = c;
      const bool sound = read.again(changed) != nullptr;
      ASSERT_EQ(sound, read.faults().empty()) << i << " " << static_cast<int>(c);
    }
    read.again(std::string(record).erase(i, 1));
    read.again(std::string(record).insert(i, 1, '['));
  }
}

TEST(CaseJson, NestingBombsCostOneRecord) {
  std::string brackets(100'000, '[');
  EXPECT_THAT(fault_of(brackets), testing::HasSubstr("not-an-object"));
  std::string objects = "{\"case_id\":\"a\",\"patient\":";
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_THAT(faults_of(objects), SizeIs(testing::Ge(1u)));
  for (int i = 0; i < 100'001; ++i) objects += '}';
  EXPECT_THAT(faults_of(objects), SizeIs(testing::Ge(1u)));
  EXPECT_THAT(faults_of("{\"case_id\":\"a\",\"title\":" + brackets + "}"), SizeIs(testing::Ge(1u)));
  EXPECT_THAT(faults_of("{\"case_id\":\"a\",\"x\":" + brackets + std::string(100'000, ']') + "}"),
              ElementsAre("1:16  unknown-field [x]"));
  EXPECT_THAT(
      faults_of("{\"case_id\":\"a\",\"patient\":" + brackets + std::string(100'000, ']') + "}"),
      ElementsAre("1:26 patient wrong-type [[]"));
}

TEST(CaseJson, ATextHasAtMostHundredThousandCharacters) {
  EXPECT_TRUE(Read(R"({"case_id":"a","title":")" + std::string(100'000, 'x') + "\"}").sound());
  std::string umlauts;
  for (int i = 0; i < 100'000; ++i) umlauts += "ä";  // characters count, not bytes
  EXPECT_TRUE(Read(R"({"case_id":"a","title":")" + umlauts + "\"}").sound());
  EXPECT_THAT(fault_of(R"({"case_id":"a","title":")" + std::string(100'001, 'x') + "\"}"),
              testing::StartsWith("1:24 title text-form [xxx"));
  Read huge(R"({"case_id":"a","title":")" + std::string(100'000'000, 'x') + "\"}");
  ASSERT_FALSE(huge.sound());
  EXPECT_EQ(huge.reader().faults().front().rule, "text-form");
  EXPECT_LE(huge.reader().faults().front().value.size(), 1000u);
}

TEST(CaseJson, ALongListCostsNoMoreMemoryThanTheLimit) {
  std::string record = R"({"case_id":"a","markers":[{"marker":"ER"})";
  for (int i = 0; i < 200'000; ++i) record += R"(,{"marker":"a"})";
  EXPECT_EQ(fault_of(record + "]}"), "1:26  too-large []");
}

TEST(CaseJson, ManyNamesAndReferencesAreResolvedInTheirOrder) {
  // Quadratic search would take minutes.
  std::string record = R"({"case_id":"a","conditions":[)";
  const int count = 8'000;
  const auto add = [&](int i, std::string item) { record += (i > 0 ? "," : "") + item; };
  for (int i = 0; i < count; ++i)
    add(i, R"({"condition":"x","id":"c)" + std::to_string(i) + R"("})");
  record += R"(],"treatments":[)";
  for (int i = 0; i < count; ++i)
    add(i, R"({"treatment":"x","condition":"c)" + std::to_string(count - 1 - i) + R"("})");
  Read read(record + "]}");
  ASSERT_TRUE(read.sound()) << testing::PrintToString(read.faults());
  for (int i = 0; i < count; i += 997) {
    EXPECT_EQ(read.record().treatments.items[i].condition.items[0].target,
              &read.record().conditions.items[count - 1 - i].fact);
  }
}

}  // namespace
}  // namespace oncobridge
