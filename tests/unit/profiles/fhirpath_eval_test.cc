#include "profiles/fhirpath_eval.h"

#include <gmock/gmock.h>

#include <string>

#include "profiles/definition_store.h"
#include "profiles/fhirpath_check.h"
#include "profiles/fhirpath_parser.h"
#include "profiles/ucum.h"
#include "tests/unit/profiles/allocation_count.h"

namespace oncobridge::profiles::fhirpath {
namespace {

// Compiled once for all tests of this file.
const Schema& schema() {
  static const auto* store = [] {
    auto* made = new DefinitionStore();
    made->add_shipped();
    return made;
  }();
  static const auto* made = new Schema(*store);
  return *made;
}

class Resolver : public Host {
 public:
  bool resolve(const Place& from, std::string_view reference, Place& target) override {
    target = from;
    const Tape& tape = *from.document.tape;
    for (NodeId id = 1; id < tape.size(); ++id) {
      if (!tape[id].is(kResource)) continue;
      for (NodeId child = tape[id].first; child != kNoNode; child = tape[child].next) {
        if (tape.name(child) == "id" && reference == "#" + std::string(tape[child].value())) {
          target.node = id;
          return true;
        }
      }
    }
    return false;
  }
  Truth member_of(const Place&, std::string_view code, std::string_view value_set) override {
    return value_set == "urn:letters" ? truth(code == "a") : Truth::kEmpty;
  }
  // Evaluates with the evaluator that asks.
  Truth conforms_to(const Place& element, std::string_view expression) override {
    const auto parsed = parse(expression, schema().names());
    Focus focus;
    focus.document = element.document;
    focus.node = element.node;
    return evaluator->test(**parsed, focus);
  }
  Evaluator* evaluator = nullptr;
  bool variable(std::string_view name, Item& value) override {
    if (name != "answer") return false;
    value = Item::of_integer(42);
    return true;
  }
};

class FhirPathEval : public testing::Test {
 protected:
  void read(std::string source, bool with_types = true) {
    source_ = std::move(source);
    ASSERT_TRUE(tape_.read_json(source_));
    types_.clear();
    if (with_types) assign_types(schema(), tape_, types_);
  }

  Focus focus(NodeId node) const {
    Focus focus;
    focus.document = {&tape_, types_.empty() ? nullptr : types_.data()};
    focus.node = node;
    return focus;
  }

  // The items as text, or the fault.
  std::string run(std::string_view text, Leniency leniency = Leniency::kStrict) {
    const auto expression = parse(text, schema().names(), leniency);
    if (!expression) return "syntax: " + expression.error().message;
    const Collection* items = evaluator_.evaluate(**expression, focus(tape_.root()));
    if (items == nullptr) return "fault: " + std::string(evaluator_.fault().text);
    std::string result;
    for (const Item& item : *items) {
      if (!result.empty()) result += ", ";
      result += evaluator_.text_of(item);
    }
    // What decides an invariant agrees with what lists the items, also if it is told which members
    // are there.
    Focus with_names = focus(tape_.root());
    with_names.child_names = child_names(with_names.document, with_names.node);
    const Truth decided = evaluator_.test(**expression, with_names);
    if (items->empty() || result == "true" || result == "false") {
      EXPECT_EQ(decided, items->empty() ? Truth::kEmpty : truth(result == "true")) << text;
    }
    return result;
  }

  std::string source_;
  Names names_{schema().names()};
  Tape tape_{names_};
  std::vector<NodeType> types_;
  Ucum ucum_;
  Resolver host_;
  Evaluator evaluator_{{schema().names(), &schema(), &ucum_, &host_}};
};

TEST_F(FhirPathEval, AChoiceHasOneNameWhateverItsType) {
  read(R"({"resourceType":"Observation","valueQuantity":{"value":1.50,"unit":"mg","code":"mg",
      "system":"http://unitsofmeasure.org"}})");
  EXPECT_EQ(run("value.unit"), "mg");
  EXPECT_EQ(run("valueQuantity.unit"), "");
  EXPECT_EQ(run("value is Quantity"), "true");
  EXPECT_EQ(run("value.ofType(Quantity).value.toString()"), "1.50");
  EXPECT_EQ(run("value = 0.0015 'g'"), "true");
  EXPECT_EQ(run("value.type().name"), "Quantity");
}

TEST_F(FhirPathEval, WithoutTypesNamesOfJsonDecide) {
  read(R"({"resourceType":"Observation","valueQuantity":{"value":1.5,"code":"mg",
      "system":"http://unitsofmeasure.org"},"issued":"2020-01-01T00:00:00Z","note":[{"text":"x"}]})",
       false);
  EXPECT_EQ(run("value.code"), "mg");
  EXPECT_EQ(run("valueQuantity.code"), "mg");
  EXPECT_EQ(run("value is Quantity"), "true");
  EXPECT_EQ(run("Observation.value = 1.5 'mg'"), "true");
  EXPECT_EQ(run("issued > @2019"), "true");
  EXPECT_EQ(run("note.text"), "x");
}

TEST_F(FhirPathEval, APrimitiveHasExtensionsAndMayHaveNoValue) {
  read(R"({"resourceType":"Patient","_birthDate":{"extension":[{"url":"u","valueCode":"unknown"}]},
      "name":[{"given":[null,"B"],"_given":[{"id":"g"},null]}]})");
  EXPECT_EQ(run("birthDate.exists()"), "true");
  EXPECT_EQ(run("birthDate.hasValue()"), "false");
  EXPECT_EQ(run("birthDate.extension('u').value"), "unknown");
  EXPECT_EQ(run("name.given.count()"), "2");
  EXPECT_EQ(run("name.given.where(hasValue())"), "B");
  EXPECT_EQ(run("name.given[0].id"), "g");
  EXPECT_EQ(run("birthDate < today()"), "");
}

TEST_F(FhirPathEval, ContainedResourcesKnowTheirContainer) {
  read(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p",
      "contained":[{"resourceType":"Organization","id":"o","partOf":{"reference":"#p"}}],
      "managingOrganization":{"reference":"#o"}}}]})");
  const auto expression = [&](std::string_view text) {
    return std::move(parse(text, schema().names()).value());
  };
  const NameId part_of = schema().names().find("partOf");
  NodeId inside = kNoNode;
  for (NodeId id = 1; id < tape_.size(); ++id) {
    if (tape_[id].name == part_of) inside = id;
  }
  ASSERT_NE(inside, kNoNode);
  EXPECT_EQ(evaluator_.test(*expression("%resource is Organization"), focus(inside)), Truth::kTrue);
  EXPECT_EQ(evaluator_.test(*expression("%rootResource is Patient"), focus(inside)), Truth::kTrue);
  EXPECT_EQ(evaluator_.test(*expression("%context is Reference"), focus(inside)), Truth::kTrue);
  EXPECT_EQ(run("entry.resource.managingOrganization.resolve() is Organization"), "true");
  EXPECT_EQ(run("entry.resource.contained.partOf.resolve().id"), "p");
  EXPECT_EQ(run("%resource.type()"), "FHIR.Bundle");
}

// System.Integer has 32 bits (FHIRPath N1, literals, and 6.6 for what is beyond).
TEST_F(FhirPathEval, AnIntegerHas32Bits) {
  read(R"({"resourceType":"Patient","multipleBirthInteger":99999999999})");
  EXPECT_EQ(run("2147483647"), "2147483647");
  EXPECT_EQ(run("-2147483648"), "-2147483648");
  EXPECT_EQ(run("2147483647 + 1"), "");
  EXPECT_EQ(run("-2147483648 - 1"), "");
  EXPECT_EQ(run("-(-2147483647 - 1)"), "");
  EXPECT_EQ(run("(-2147483648).abs()"), "");
  EXPECT_EQ(run("'2147483648'.toInteger()"), "");
  EXPECT_EQ(run("2147483647.5.ceiling()"), "");
  EXPECT_EQ(run("2.power(31)"), "");
  EXPECT_EQ(run("multipleBirth is integer"), "true");
}

TEST_F(FhirPathEval, TheSurroundingsAnswer) {
  read(R"({"resourceType":"Patient"})");
  EXPECT_EQ(run("'a'.memberOf('urn:letters')"), "true");
  EXPECT_EQ(run("'1'.memberOf('urn:letters')"), "false");
  EXPECT_EQ(run("'a'.memberOf('urn:unknown')"), "");
  EXPECT_EQ(run("%answer + 1"), "43");
  EXPECT_EQ(run("%question"), "fault: a variable that is not known");
  EXPECT_EQ(run("%`ext-patient-birthTime`"),
            "http://hl7.org/fhir/StructureDefinition/patient-birthTime");
}

// A judge evaluates a profile's invariants while conformsTo() waits for it.
TEST_F(FhirPathEval, AnEvaluationMayCallForAnother) {
  read(R"({"resourceType":"Patient","name":[{"family":"A","given":["B"]},{"family":"C"}]})");
  host_.evaluator = &evaluator_;
  EXPECT_EQ(run("name.where(conformsTo('given.exists()')).select('is ' & family)"), "is A");
  EXPECT_EQ(run("name.select(family & iif(conformsTo('given.count() > 0'), '+', '-'))"), "A+, C-");
  EXPECT_EQ(run("conformsTo('conformsTo(\\'%context is Patient\\')')"), "true");
  EXPECT_EQ(run("conformsTo('%nosuch')"),
            "fault: a profile that is not known or cannot be judged with");
  EXPECT_EQ(run("name.family.first()"), "A");
}

TEST_F(FhirPathEval, InvariantsOfDefinitionsAreReadAsTheyAreMeant) {
  read(R"({"resourceType":"Patient","active":true,
      "telecom":[{"value":"1"},{"value":"2"}]})");
  EXPECT_EQ(run("active is Boolean"), "false");
  EXPECT_EQ(run("active is Boolean", Leniency::kDefinitions), "true");
  EXPECT_EQ(run("telecom or name"), "fault: several items where a boolean is expected");
  EXPECT_EQ(run("telecom or name", Leniency::kDefinitions), "true");
  EXPECT_EQ(run("descendants().as(string)"), "fault: several items where one is expected");
  EXPECT_EQ(run("descendants().as(string)", Leniency::kDefinitions), "1, 2");
}

TEST_F(FhirPathEval, QuantitiesOfTheCalendarAndOfUcumDiffer) {
  read(R"({"resourceType":"Patient"})");
  EXPECT_EQ(run("1 year = 1 'a'"), "");
  EXPECT_EQ(run("1 year ~ 1 'a'"), "true");
  EXPECT_EQ(run("2 years = 24 months"), "true");
  EXPECT_EQ(run("1 month < 31 days"), "");
  EXPECT_EQ(run("1 'm' = 1 's'"), "false");
  EXPECT_EQ(run("1 'm' < 1 's'"), "");
  EXPECT_EQ(run("3 'm' + 3 'cm'"), "303 'cm'");
  EXPECT_EQ(run("1 'nosuch' = 1 'm'"), "");
  EXPECT_EQ(run("5 'mg' / 2"), "2.5 'mg'");
  EXPECT_EQ(run("'72 h'.toQuantity()"), "");
  EXPECT_EQ(run("'72 \\'h\\''.toQuantity('d')"), "3 'd'");
}

TEST_F(FhirPathEval, TextCountsCharacters) {
  read(R"({"resourceType":"Patient","name":[{"family":"Müller-Lüdenscheidt"}]})");
  EXPECT_EQ(run("name.family.length()"), "19");
  EXPECT_EQ(run("name.family.upper()"), "MÜLLER-LÜDENSCHEIDT");
  EXPECT_EQ(run("name.family.substring(1, 2)"), "ül");
  EXPECT_EQ(run("name.family.indexOf('L')"), "7");
  EXPECT_EQ(run("name.family.replaceMatches('(M)(.)', '$2$1')"), "üMller-Lüdenscheidt");
  EXPECT_EQ(run("'a'.matches('(')"), "fault: a regular expression that cannot be read");
  EXPECT_EQ(run("name.family ~ 'müller-LÜDENSCHEIDT'"), "true");
  EXPECT_EQ(run("'%41'.encode('hex').decode('hex')"), "%41");
}

TEST_F(FhirPathEval, ElementsAreEqualByWhatTheyHold) {
  read(R"({"resourceType":"Patient","identifier":[
      {"system":"s","value":"1"},{"value":"1","system":"s"},{"system":"s","value":"2"}]})");
  EXPECT_EQ(run("identifier[0] = identifier[1]"), "true");
  EXPECT_EQ(run("identifier[0] = identifier[2]"), "false");
  EXPECT_EQ(run("identifier.distinct().count()"), "2");
  EXPECT_EQ(run("identifier.isDistinct()"), "false");
  EXPECT_EQ(run("identifier.tail().isDistinct()"), "true");
}

TEST_F(FhirPathEval, ManyItemsAreDistinctByTheirHashes) {
  std::string source = R"({"resourceType":"Patient","name":[)";
  for (int i = 0; i < 20'000; ++i) {
    source += (i > 0 ? ",{\"text\":\"" : "{\"text\":\"") + std::to_string(i / 2) + "\"}";
  }
  read(source + "]}");
  EXPECT_EQ(run("name.text.distinct().count()"), "10000");
  EXPECT_EQ(run("name.distinct().count()"), "10000");
  EXPECT_EQ(run("name.text.isDistinct()"), "false");
  EXPECT_EQ(run("(name.text | name.text).count()"), "10000");
  EXPECT_EQ(run("name.text.intersect('7' | '8').count()"), "2");
}

// An expression that explodes ends in a fault.
TEST_F(FhirPathEval, WorkHasABudget) {
  std::string source = R"({"resourceType":"Patient","name":[)";
  for (int i = 0; i < 1'000; ++i) source += i > 0 ? ",{\"text\":\"x\"}" : "{\"text\":\"x\"}";
  read(source + "]}");
  const std::string budget = "fault: the expression visits more than the limit";
  EXPECT_EQ(run("name.select(%resource.name.select(%resource.name.select(text))).count()"), budget);
  EXPECT_EQ(run("descendants().select(%resource.descendants().select(%resource.descendants()))"
                ".count()"),
            budget);
}

TEST_F(FhirPathEval, TheSameInvariantAgainTakesNoMemory) {
  read(R"({"resourceType":"Observation","status":"final","code":{"coding":[{"code":"a"}]},
      "component":[{"code":{"coding":[{"code":"b"}]}}],"valueString":"x"})");
  const auto expression = parse(
      "value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists())"
      ".empty()",
      schema().names());
  ASSERT_TRUE(expression);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(evaluator_.test(**expression, focus(tape_.root())), Truth::kTrue);
  }
  const auto before = allocation_count();
  for (int i = 0; i < 100; ++i) evaluator_.test(**expression, focus(tape_.root()));
  EXPECT_EQ(allocation_count(), before);
}

TEST_F(FhirPathEval, TheCheckKnowsTheTypes) {
  const auto checked = [](std::string_view text, bool order = false) {
    const auto expression = parse(text, schema().names());
    CheckOptions options;
    options.order = order;
    const auto fault = check(**expression, schema(), schema().type("Patient"), options);
    return fault ? std::to_string(fault->place) + ": " + fault->text : std::string();
  };
  EXPECT_EQ(checked("name.given"), "");
  EXPECT_EQ(checked("contact.name.given"), "");
  EXPECT_EQ(checked("contained.code"), "");
  EXPECT_EQ(checked("deceased as boolean"), "");
  EXPECT_EQ(checked("repeat(answer | item).linkId"), "");
  EXPECT_EQ(checked("name.given1"), "5: `given1` is no element of HumanName");
  EXPECT_EQ(checked("deceasedBoolean"), "0: `deceasedBoolean` is no element of Patient");
  EXPECT_EQ(checked("name.where(period.first = '')"), "18: `first` is no element of Period");
  EXPECT_EQ(checked("name.startsWith('a')"), "5: startsWith() on what it is not made for");
  EXPECT_EQ(checked("children().first()"), "");
  EXPECT_EQ(checked("children().first()", true), "11: first() on what it is not made for");
}

}  // namespace
}  // namespace oncobridge::profiles::fhirpath
