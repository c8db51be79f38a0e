// From JSON to XML: elements in the order of their definitions, everything else as it was.
#include "profiles/element_order.h"

#include <gtest/gtest.h>

#include <string>

#include "oncobridge/fhir/tape_writer.h"

namespace oncobridge::profiles {
namespace {

class ElementOrder : public testing::Test {
 protected:
  std::string to_xml(const std::string& json) {
    EXPECT_TRUE(tape_.read_json(json));
    assign_types(schema_, tape_, types_);
    order_elements(tape_, types_);
    std::string xml;
    EXPECT_TRUE(append_xml(tape_, tape_.root(), xml));
    return xml;
  }
  std::string to_json(const std::string& xml) {
    EXPECT_TRUE(tape_.read_xml(xml));
    assign_types(schema_, tape_, types_);
    std::string json;
    append_json(tape_, tape_.root(), json);
    return json;
  }
  struct Shipped {
    Shipped() { store.add_shipped(); }
    DefinitionStore store;
  };
  Shipped shipped_;
  const Schema schema_{shipped_.store};
  Names names_{schema_.names()};
  Tape tape_{names_};
  std::vector<NodeType> types_;
};

TEST_F(ElementOrder, ElementsStandInTheOrderOfTheDefinitionAndItemsAsTheyStood) {
  EXPECT_EQ(to_xml(R"({"birthDate":"1970","resourceType":"Patient","name":[{"given":["B","A"],)"
                   R"("family":"C"}],"active":true,"id":"x","unknown":1})"),
            R"(<Patient xmlns="http://hl7.org/fhir"><id value="x"/><active value="true"/><name>)"
            R"(<family value="C"/><given value="B"/><given value="A"/></name>)"
            R"(<birthDate value="1970"/><unknown value="1"/></Patient>)");
}

TEST_F(ElementOrder, ChoicesStandWhereTheirElementStands) {
  EXPECT_EQ(to_xml(R"({"resourceType":"Observation","valueString":"v","status":"final"})"),
            R"(<Observation xmlns="http://hl7.org/fhir"><status value="final"/>)"
            R"(<valueString value="v"/></Observation>)");
}

TEST_F(ElementOrder, APrimitiveWithoutAValueComesBackAsOne) {
  const std::string json =
      R"({"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"id":"g"}]}],)"
      R"("_birthDate":{"extension":[{"url":"http://x","valueDecimal":1.50}]}})";
  EXPECT_EQ(to_json(to_xml(json)), json);
}

// R4 names an element of ExampleScenario.instance as JSON names the type of a resource.
TEST_F(ElementOrder, AnInstanceOfAnExampleScenarioIsNoResource) {
  const std::string json =
      R"({"resourceType":"ExampleScenario","status":"draft","instance":[{"resourceId":"a",)"
      R"("resourceType":"Patient"}]})";
  const std::string xml = to_xml(json);
  EXPECT_NE(xml.find(R"(<instance><resourceId value="a"/><resourceType value="Patient"/>)"),
            std::string::npos)
      << xml;
  EXPECT_EQ(to_json(xml), json);
}

}  // namespace
}  // namespace oncobridge::profiles
