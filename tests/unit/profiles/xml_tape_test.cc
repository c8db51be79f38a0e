#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "fhir/xml_scan.h"
#include "oncobridge/fhir/tape.h"
#include "tests/unit/profiles/tape_dump.h"

namespace oncobridge {
namespace {

// A tape with the source that it views.
struct Reading {
  explicit Reading(std::string text, const TapeLimits& limits = {}) : source(std::move(text)) {
    complete = tape.read_xml(source, limits);
  }
  std::string source;
  NameTable table;
  Names names{table};
  Tape tape{names};
  bool complete = false;
};

std::string dumped(const std::string& text) {
  const Reading reading(text);
  return faults(reading.tape) + dump(reading.tape);
}

std::string faults_of(const std::string& text, const TapeLimits& limits = {}) {
  const Reading reading(text, limits);
  bool fatal = false;
  for (const SyntaxFault& fault : reading.tape.faults()) fatal |= fault.fatal;
  EXPECT_EQ(reading.complete, !fatal);
  return faults(reading.tape);
}

// In a Patient of FHIR's namespace, on the second line.
std::string patient(const std::string& content) {
  return "<Patient xmlns=\"http://hl7.org/fhir\">\n" + content + "</Patient>";
}

TEST(XmlTape, AResource) {
  EXPECT_EQ(dumped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- who -->\n" +
                   patient("<id value=\"p\"/>\n  <!-- name --><name id=\"n\"><given value=\"A\"/>"
                           "<given value=\"B\"></given></name>\n<active value='true'/>\n") +
                   "\n<!-- end -->\n"),
            "object Patient +resource\n"
            "  id text p\n"
            "  name object\n"
            "    id string n\n"
            "    given text A\n"
            "    given text B\n"
            "  active text true\n");
}

TEST(XmlTape, PrimitivesWithIdAndExtension) {
  EXPECT_EQ(dumped(patient("<birthDate id=\"b\" value=\"2020\"><extension url=\"http://x\">"
                           "<valueCode value=\"y\"/></extension></birthDate>"
                           "<gender><extension url=\"http://z\"/></gender><active value=\"\"/>")),
            "object Patient +resource\n"
            "  birthDate text 2020 +paired\n"
            "    id string b\n"
            "    extension object\n"
            "      url string http://x\n"
            "      valueCode text y\n"
            "  gender object\n"
            "    extension object\n"
            "      url string http://z\n"
            "  active text \n");
}

TEST(XmlTape, ResourcesInResourcesAreOneNodeWithWhatHoldsThem) {
  EXPECT_EQ(dumped("<Bundle xmlns=\"http://hl7.org/fhir\"><entry><resource><Patient>"
                   "<contained><Binary><id value=\"b\"/></Binary></contained><id value=\"p\"/>"
                   "</Patient></resource><response><outcome><OperationOutcome/></outcome>"
                   "</response></entry><id value=\"x\"/></Bundle>"),
            "object Bundle +resource\n"
            "  entry object\n"
            "    resource object Patient +resource\n"
            "      contained object Binary +resource\n"
            "        id text b\n"
            "      id text p\n"
            "    response object\n"
            "      outcome object OperationOutcome +resource\n"
            "  id text x\n");
  EXPECT_EQ(dumped(patient("<name><Family value=\"x\"/></name>")),
            "object Patient +resource\n  name object\n    Family text x\n");
  // A second one has no place there; the schema will not know it.
  EXPECT_EQ(dumped(patient("<contained><A/><B/></contained><contained id=\"c\"><D/></contained>")),
            "xml-attribute 2:32 contained\n"
            "object Patient +resource\n"
            "  contained object A +resource\n    B object\n"
            "  contained object D +resource\n    id string c\n");
}

TEST(XmlTape, NarrativeIsTheBytesOfTheSource) {
  const std::string div =
      "<div xmlns=\"http://www.w3.org/1999/xhtml\" title=\"a>b\"><p>A &amp; <br/>B<!-- </div> "
      "--></p>\n"
      " <div>inner</div ></div\n>";
  const Reading reading(
      patient("<text><status value=\"generated\"/>" + div + "</text><id value=\"x\"/>"));
  EXPECT_EQ(faults(reading.tape) + dump(reading.tape),
            "object Patient +resource\n  text object\n    status text generated\n    div xhtml " +
                div + "\n  id text x\n");
  EXPECT_EQ(reading.tape[4].text, reading.source.data() + reading.tape[4].place);
  EXPECT_EQ(dumped(patient("<text><div/></text>")),
            "object Patient +resource\n  text object\n    div xhtml <div/>\n");
}

TEST(XmlTape, NamespacesWithPrefixes) {
  EXPECT_EQ(
      dumped("<f:Patient xmlns:f=\"http://hl7.org/fhir\" xmlns:h=\"http://www.w3.org/1999/xhtml\">"
             "<f:text><h:div><h:p class=\"x\">A</h:p></h:div></f:text></f:Patient>"),
      "object Patient +resource\n  text object\n"
      "    div xhtml <div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"x\">A</p></div>\n");
}

TEST(XmlTape, NamespacesThatAreWrong) {
  EXPECT_EQ(dumped("<Patient>\n<id value=\"x\"/></Patient>"),
            "xml-namespace 1:1\nobject Patient +resource\n  id text x\n");
  EXPECT_EQ(faults_of("<Patient xmlns=\"http://hl7.org/other\"/>"), "xml-namespace 1:1\n");
  EXPECT_EQ(faults_of(patient("<a xmlns=\"urn:x\"><b/><c/></a><d/>")), "xml-namespace 2:1\n");
  EXPECT_EQ(faults_of(patient("<x:a/>")), "xml-namespace! 2:1\n");
  EXPECT_EQ(faults_of("<Patient xmlns=\"http://hl7.org/fhir\"\n xmlns:x=\"\"/>"),
            "xml-namespace 2:2\n");
  std::string many = "<Patient xmlns=\"http://hl7.org/fhir\"";
  for (int i = 0; i < 100; ++i) many += " xmlns:p" + std::to_string(i) + "=\"urn:x\"";
  EXPECT_THAT(faults_of(many + "/>"), testing::StartsWith("xml-namespace! 1:"));
}

TEST(XmlTape, SchemaLocationIsNoFault) {
  EXPECT_EQ(faults_of("<Patient xmlns=\"http://hl7.org/fhir\" "
                      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                      "xsi:schemaLocation=\"http://hl7.org/fhir patient.xsd\"/>"),
            "");
}

TEST(XmlTape, AttributesThatFhirDoesNotHave) {
  EXPECT_EQ(dumped(patient("<name use=\"x\"\n id=\"n\" url=\"u\" xml:lang=\"de\"/>")),
            "xml-attribute 2:7 name\nxml-attribute 3:9 name\nxml-attribute 3:17 name\n"
            "object Patient +resource\n  name object\n    id string n\n");
  EXPECT_EQ(faults_of("<Patient xmlns=\"http://hl7.org/fhir\" id=\"x\"\nvalue=\"y\"/>"),
            "xml-attribute 1:38\nxml-attribute 2:1\n");
  EXPECT_EQ(faults_of(patient("<contained><A id=\"x\"/></contained>")),
            "xml-attribute 2:15 contained\n");
  EXPECT_EQ(faults_of(patient("<name><id value=\"x\"/></name>")), "xml-attribute 2:7 name\n");
  EXPECT_EQ(faults_of(patient("<extension><url value=\"x\"/></extension>")),
            "xml-attribute 2:12 extension\n");
}

TEST(XmlTape, TextOutsideTheNarrative) {
  EXPECT_EQ(dumped(patient("<name>A<given value=\"B\"/>\n C</name><![CDATA[D]]>")),
            "xml-text 2:7 name\nxml-text 3:2 name\nxml-text 3:19\n"
            "object Patient +resource\n  name object\n    given text B\n");
}

TEST(XmlTape, ReferencesInAttributes) {
  EXPECT_EQ(
      dumped(patient("<id value=\"&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;\na&#10;b\tc\r\nd\"/>")),
      "object Patient +resource\n  id text <>&\"'A\U0001F600 a\nb c d\n");
  EXPECT_EQ(
      dumped(patient("<id value=\"a&nbsp;\n&;& &#0;&#xD800;&#x110000;&#99999999999;&amp\"/>")),
      "xml-entity 2:13 id\nobject Patient +resource\n"
      "  id text a&nbsp; &;& &#0;&#xD800;&#x110000;&#99999999999;&amp\n");
}

TEST(XmlTape, ADocumentTypeEndsTheReading) {
  EXPECT_EQ(faults_of("<?xml version=\"1.0\"?>\n<!DOCTYPE Patient>\n" + patient("")),
            "xml-entity! 2:1\n");
  std::string laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\">";
  for (int i = 1; i < 10; ++i) {
    const std::string before = i == 1 ? "lol" : "lol" + std::to_string(i - 1);
    laughs += "<!ENTITY lol" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) laughs += "&" + before + ";";
    laughs += "\">";
  }
  const Reading reading(laughs + "]>" + patient("<id value=\"&lol9;\"/>&lol9;"));
  EXPECT_EQ(faults(reading.tape), "xml-entity! 1:1\n");
  EXPECT_EQ(reading.tape.root(), kNoNode);
  EXPECT_EQ(
      faults_of("<!DOCTYPE foo [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + patient("&x;")),
      "xml-entity! 1:1\n");
}

TEST(XmlTape, OnlyUtf8) {
  EXPECT_EQ(faults_of("\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?>" +
                      patient("<id value='\u00e9'/>")),
            "");
  EXPECT_EQ(faults_of("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + patient("")),
            "text-utf8! 1:31\n");
  EXPECT_EQ(faults_of(patient("<id value=\"M\xFC\"/>")), "text-utf8! 2:13\n");
  EXPECT_EQ(faults_of(std::string("\xFE\xFF\0<\0a\0/\0>", 10)), "text-utf8! 1:1\n");
  EXPECT_EQ(faults_of(std::string("<\0a\0/\0>\0", 8)), "text-utf8! 1:1\n");
  EXPECT_EQ(faults_of(patient("<id value=\"\x01\"/>")), "xml-syntax! 2:12\n");
  EXPECT_EQ(faults_of(patient("<id value=\"\xEF\xBF\xBF\"/>")), "xml-syntax! 2:12\n");
}

TEST(XmlTape, WhatIsNotWellFormed) {
  EXPECT_EQ(faults_of(""), "xml-syntax! 1:1\n");
  EXPECT_EQ(faults_of("hello"), "xml-syntax! 1:1\n");
  EXPECT_EQ(faults_of(patient("") + patient("")), "xml-syntax! 2:11\n");
  EXPECT_EQ(faults_of(patient("") + "x"), "xml-syntax! 2:11\n");
  EXPECT_EQ(faults_of("<a xmlns=\"http://hl7.org/fhir\" id=\"1\"\n id=\"2\"/>"),
            "xml-syntax! 2:2\n");
  EXPECT_EQ(faults_of(patient("<id value=\"<\"/>")), "xml-syntax! 2:11 id\n");
  for (const std::string text : {"<a></b>", "<a>", "<a", "<a b>", "<a b=c/>", "</a>", "<a></a></a>",
                                 "<!-- <a/>", "<a><![CDATA[</a>"}) {
    EXPECT_THAT(faults_of(text), testing::StartsWith("xml-syntax! 1:")) << text;
  }
}

// The parser takes anything that looks like an instruction.
TEST(XmlTape, TheDeclarationStandsOnceAtTheStartAndIsSound) {
  for (const std::string before :
       {"<?xml version=\"1.0\"?>", "\xEF\xBB\xBF<?xml version='1.0'?>\n", "<?xml-style a=b?>",
        "<?xml version = \"1.0\"\n encoding='utf-8' standalone=\"no\" ?><!-- <?xml?> -->",
        "<?xml version='1.0' standalone='yes'?><?a?>"}) {
    const std::string line = before.find('\n') == std::string::npos ? "2" : "3";
    EXPECT_EQ(faults_of(before + patient("<id value=\"<?\"/>")),
              "xml-syntax! " + line + ":11 id\n");
    EXPECT_EQ(faults_of(before + patient("<id value='a'/><?b c?><!-- <?xml?> -->")), "") << before;
  }
  for (const std::string before :
       {"<?xml nonsense [[ ?>", "<?xml version=\"1.0\" >encoding=\"UTF-8\"?>", "<?xml?>",
        "<?xml encoding=\"UTF-8\"?>", "<?xml version=\"1.0\" standalone=\"maybe\"?>",
        "<?xml version=\"1.0\"encoding=\"UTF-8\"?>", "<?XML version=\"1.0\"?>",
        "<?xml version=\"1.0\" version=\"1.0\"?>", "<?b?c?>"}) {
    EXPECT_EQ(faults_of(before + patient("")), "xml-syntax! 1:1\n") << before;
  }
  const std::string sound = "<?xml version=\"1.0\"?>";
  EXPECT_EQ(faults_of(sound + sound + patient("")), "xml-syntax! 1:22\n");
  EXPECT_EQ(faults_of("\n" + sound + patient("")), "xml-syntax! 2:1\n");
  EXPECT_EQ(faults_of("<!-- a -->" + sound + patient("")), "xml-syntax! 1:11\n");
  EXPECT_EQ(faults_of(patient(sound)), "xml-syntax! 2:1\n");
  EXPECT_EQ(faults_of(patient("<text><div>" + sound + "</div></text>")), "xml-syntax! 2:12\n");
  EXPECT_EQ(faults_of(patient("") + sound), "xml-syntax! 2:11\n");
}

TEST(XmlTape, ThePrefixesXmlAndXmlnsAreBoundOnceForAll) {
  const std::string own = "http://www.w3.org/XML/1998/namespace";
  EXPECT_EQ(faults_of(patient("<id xmlns:xml=\"" + own + "\" value='a'/>")), "");
  for (const std::string declared :
       {"xmlns:xml='urn:x'", "xmlns:xmlns='urn:x'", "xmlns='http://www.w3.org/2000/xmlns/'",
        "xmlns:a='http://www.w3.org/XML/1998/namespace'"}) {
    EXPECT_EQ(faults_of(patient("<id " + declared + " value='a'/>")), "xml-syntax! 2:5\n")
        << declared;
  }
}

TEST(XmlTape, EveryTruncationIsFatal) {
  const std::string text =
      "<?xml version=\"1.0\"?><!-- c -->" +
      patient(
          "<text><div>a<b/></div></text><contained><A><x id='1' value='&lt;'/></A>"
          "</contained><![CDATA[x]]>");
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Reading reading(text.substr(0, size));
    EXPECT_FALSE(reading.complete) << size;
    ASSERT_FALSE(reading.tape.faults().empty()) << size;
  }
}

TEST(XmlTape, KnowsWhereEverythingStands) {
  const Reading reading(patient("  <name id = \"x\" >\n<given\n value= 'A'/></name>"));
  const Tape& tape = reading.tape;
  const auto at = [&](std::uint32_t place) {
    const LineColumn found = tape.line_column(place);
    return std::to_string(found.line) + ":" + std::to_string(found.column);
  };
  EXPECT_EQ(at(tape[1].place), "1:1");
  EXPECT_EQ(at(tape[2].name_place), "2:3");
  EXPECT_EQ(at(tape[3].name_place), "2:9");
  EXPECT_EQ(at(tape[3].place), "2:14");
  EXPECT_EQ(at(tape[4].name_place), "3:1");
  EXPECT_EQ(at(tape[4].place), "4:9");
  EXPECT_EQ(tape[4].text, reading.source.data() + tape[4].place + 1);
}

TEST(XmlTape, LimitsAreFatal) {
  TapeLimits limits;
  limits.max_depth = 3;
  EXPECT_EQ(faults_of(patient("<a><b/></a>"), limits), "");
  EXPECT_EQ(faults_of(patient("<a><b><c/></b></a>"), limits), "limit-depth! 2:7 b\n");
  limits = {};
  limits.max_text = 40;
  EXPECT_EQ(faults_of(patient("<a value=\"" + std::string(41, 'x') + "\"/>"), limits),
            "limit-text! 2:10 a\n");
  EXPECT_EQ(faults_of(patient("<t><div>" + std::string(41, 'x') + "</div></t>"), limits),
            "limit-text! 2:4 t\n");
  limits = {};
  limits.max_nodes = 2;
  EXPECT_EQ(faults_of(patient("<a/>"), limits), "");
  EXPECT_EQ(faults_of(patient("<a/><b/>"), limits), "limit-nodes! 2:5\n");
  EXPECT_EQ(faults_of(patient("<a id=\"x\"/>"), limits), "limit-nodes! 2:7 a\n");
  limits = {};
  limits.max_faults = 2;
  EXPECT_EQ(faults_of(patient("a<b/>c<b/>d<b/>e"), limits), "xml-text 2:1\nxml-text 2:6\n");
}

// The stack of the machine has nothing to do with it.
// `<:div/>` was taken for a narrative that its own XML did not hold any more.
TEST(XmlTape, AnEmptyPrefixIsNotDeclared) {
  for (const std::string source : {"<:div/>", "<:Patient xmlns=\"http://hl7.org/fhir\"/>"}) {
    EXPECT_THAT(dumped(source), testing::HasSubstr("xml-namespace")) << source;
  }
}

TEST(XmlTape, AMillionOpenElements) {
  std::string open;
  std::string close;
  for (int i = 0; i < 1'000'000; ++i) {
    open += "<a>";
    close += "</a>";
  }
  EXPECT_EQ(faults_of(patient(open + close)), "limit-depth! 2:2998 a\n");
  TapeLimits limits;
  limits.max_depth = 2'000'000;
  EXPECT_EQ(faults_of(patient(open + close), limits), "");
  EXPECT_EQ(faults_of(patient("<text><div>" + open + close + "</div></text>")), "");
  EXPECT_THAT(faults_of(open), testing::StartsWith("xml-syntax! "));
}

TEST(XmlTape, ManyAttributesAndManyChildrenAreReadInOneSweep) {
  std::string attributes;
  for (int i = 0; i < 200'000; ++i) attributes += " a" + std::to_string(i) + "=\"\"";
  TapeLimits limits;
  limits.max_faults = 1;
  EXPECT_EQ(faults_of(patient("<a" + attributes + "/>"), limits), "xml-attribute 2:4 a\n");
  EXPECT_EQ(faults_of(patient("<a" + attributes + " a7=''/>"), limits).substr(0, 11),
            "xml-syntax!");
  std::string children;
  for (int i = 0; i < 500'000; ++i) children += "<a/>";
  EXPECT_EQ(faults_of(patient(children)), "");
}

TEST(XmlTape, TheNextDocumentForgetsTheOneBefore) {
  NameTable table;
  Names names(table);
  Tape tape(names);
  EXPECT_FALSE(tape.read_xml("<Patient xmlns:f=\"urn:x\">\n\n<a>"));
  const std::string prefixed = "<f:Patient/>";
  EXPECT_FALSE(tape.read_xml(prefixed));
  EXPECT_EQ(faults(tape), "xml-namespace! 1:1\n");
  const std::string good = patient("<a/>");
  EXPECT_TRUE(tape.read_xml(good));
  EXPECT_EQ(faults(tape) + dump(tape), "object Patient +resource\n  a object\n");
  EXPECT_TRUE(tape.read_json("{\"b\":1}"));
  EXPECT_EQ(dump(tape), "object\n  b number 1\n");
  EXPECT_EQ(tape.form(), SourceForm::kJson);
}

TEST(XmlScan, AnElementThatMayBePutIntoADocument) {
  for (const std::string text :
       {"<div/>", "<div >a</div>", "<div a=\"1\" b='>'><p/><p></p >x&amp;y</div>",
        "<div><!-- <p> --><![CDATA[<p>]]></div>"}) {
    EXPECT_TRUE(is_xml_element(text)) << text;
    EXPECT_EQ(xml_element_end(text + "<p/>", 0), text.size()) << text;
  }
  for (const std::string text : {"",
                                 "div",
                                 "<div",
                                 "<div>",
                                 "</div>",
                                 "<div></p>",
                                 "<div><p></div></p>",
                                 "<div/>x",
                                 "x<div/>",
                                 "<div/><div/>",
                                 "<div a/>",
                                 "<div a=b/>",
                                 "<div a=\"1/>",
                                 "<div a=\"<\"/>",
                                 "<div a=\"1\"b=\"2\"/>",
                                 "<div></div x>",
                                 "<!-- --><div/>",
                                 "<div>\x01</div>",
                                 "< div/>",
                                 "<>",
                                 "<div><!-- </div>"}) {
    EXPECT_FALSE(is_xml_element(text)) << text;
  }
}

}  // namespace
}  // namespace oncobridge
