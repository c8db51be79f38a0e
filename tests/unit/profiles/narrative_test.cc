#include "profiles/narrative.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace oncobridge::profiles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Collector final : NarrativeSink {
  explicit Collector(std::string_view text) : text(text) {}
  void fault(const NarrativeFault& fault) override {
    EXPECT_LE(fault.offset, text.size());
    faults.push_back(std::string(rule(fault.rule).id) + " " + std::string(fault.name));
  }
  std::string_view text;
  std::vector<std::string> faults;
};

// The faults of a whole div: `rule name`.
std::vector<std::string> faults_of(const std::string& text) {
  Collector collector(text);
  const int count = check_narrative(text, &collector);
  EXPECT_EQ(static_cast<std::size_t>(count), collector.faults.size());
  EXPECT_EQ(count, check_narrative(text));
  return collector.faults;
}

std::string div(const std::string& content) {
  return "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + content + "</div>";
}

std::vector<std::string> faults_in(const std::string& content) { return faults_of(div(content)); }

// Short, known tags are read by a quick way, which must leave links and anchors to the other.
TEST(Narrative, LinksAndAnchorsAreTold) {
  struct Links final : NarrativeSink {
    void fault(const NarrativeFault&) override { ADD_FAILURE(); }
    void link(std::string_view target) override { found.push_back("to " + std::string(target)); }
    void anchor(std::string_view name) override { found.push_back("is " + std::string(name)); }
    bool wants_anchors() const override { return true; }
    std::vector<std::string> found;
  } links;
  check_narrative(div("<p id=\"a\">A paragraph that is long enough</p><a name=\"b\"> </a>"
                      "<table><tr><td><a href=\"#c\">x</a><img src=\"#d\" alt=\"d\"/></td></tr>"
                      "</table><a href=\"Patient/1\">A link to somewhere else</a>"),
                  &links);
  EXPECT_THAT(links.found, ElementsAre("is a", "is b", "to c", "to d"));
}

TEST(Narrative, OrdinaryNarrativesAreFine) {
  for (const char* content :
       {"x", "<p>Text</p>", "a<br/>b<br></br>",
        "<p class='x' style=\"color: red\">&amp;&#160;&#x2264;</p>",
        "<table border=\"1\"><thead><tr><th>A</th></tr></thead> "
        "<tbody><tr><td colspan=\"2\">B</td></tr>"
        "</tbody></table>",
        "<ul>\n<li>a</li>\n <li><p>b</p></li></ul>",
        "<a href=\"Patient-1.html\">x</a><a name=\"b\"> </a>",
        "<img src=\"data:image/png;base64,AAAA\" alt=\"x\"/>", "<img src='#pic'/>",
        "<!-- note -->x", "<![CDATA[ x < y ]]>", "<p xml:lang=\"de\" lang=\"de\">x</p>",
        "<ol start=\"3\"><li value='4'>x</li></ol>", "<div><div>x</div></div>",
        "<blockquote>x</blockquote>",

        "<p>a > b</p>", "<span title=\"it's\">x</span>", "<p\n>x</p\n>", "&#32;&#65;"}) {
    EXPECT_THAT(faults_in(content), IsEmpty()) << content;
    EXPECT_EQ(html_checks(div(content)), 0) << content;
  }
  EXPECT_THAT(faults_of("\n<!-- c --> " + div("x") + " \n"), IsEmpty());
  EXPECT_THAT(faults_of("<h:div xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:p>x</h:p></h:div>"),
              IsEmpty());
}

TEST(Narrative, RootIsADivInTheNamespace) {
  EXPECT_THAT(faults_of("<div>x</div>"), ElementsAre("narrative-namespace div"));
  EXPECT_THAT(faults_of("<div xmlns=\"http://www.w3.org/1999/html\">x</div>"),
              ElementsAre("narrative-namespace div"));
  EXPECT_THAT(faults_of("<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>"),
              ElementsAre("narrative-namespace p"));
  EXPECT_THAT(faults_of("<h:div xmlns:h=\"urn:x\">x</h:div>"),
              ElementsAre("narrative-namespace h:div"));
  EXPECT_THAT(faults_in("<p xmlns=\"http://hl7.org/fhir\">x</p>"),
              ElementsAre("narrative-namespace http://hl7.org/fhir"));
}

TEST(Narrative, OnlyAllowedElements) {
  EXPECT_THAT(faults_in("x<script>alert(1)</script>"), ElementsAre("narrative-element script"));
  EXPECT_THAT(faults_in("<form><input/></form>x"),
              ElementsAre("narrative-element form", "narrative-element input"));
  EXPECT_THAT(faults_in("<P>x</P>"), ElementsAre("narrative-element P"));
  EXPECT_THAT(faults_in("<s:p>x</s:p>"), ElementsAre("narrative-element s:p"));
  for (const char* name : {"head", "body", "link", "iframe", "object", "font", "u", "center",
                           "style", "ins", "button"}) {
    const std::string tag(name);
    EXPECT_EQ(html_checks(div("x<" + tag + "></" + tag + ">")), 1) << tag;
  }
}

TEST(Narrative, OnlyAllowedAttributes) {
  EXPECT_THAT(faults_in("<p onclick=\"x()\">x</p>"), ElementsAre("narrative-attribute onclick"));
  EXPECT_THAT(faults_in("<p href=\"x\" class=\"y\">x</p>"),
              ElementsAre("narrative-attribute href"));
  EXPECT_THAT(faults_in("<img src=\"#a\" onerror='x'/>"),
              ElementsAre("narrative-attribute onerror"));
  EXPECT_THAT(faults_of("<div xmlns=\"http://www.w3.org/1999/xhtml\" onload=\"x\">x</div>"),
              ElementsAre("narrative-attribute onload"));
  EXPECT_THAT(faults_in("<p Class=\"x\">x</p>"), ElementsAre("narrative-attribute Class"));
}

TEST(Narrative, HasContent) {
  for (const char* content :
       {"", "  \n", "<p> </p>", "<!-- only a comment -->", "&#32;&#9;", "<br/>", "<![CDATA[ ]]>"}) {
    EXPECT_THAT(faults_in(content), ElementsAre("narrative-empty ")) << content;
  }
  EXPECT_THAT(faults_of("<div xmlns=\"http://www.w3.org/1999/xhtml\"/>"),
              ElementsAre("narrative-empty "));
}

TEST(Narrative, EntitiesAreXmlsFiveOrNumbers) {
  EXPECT_THAT(faults_in("CPT&reg;"), ElementsAre("narrative-entity reg"));
  EXPECT_THAT(faults_in("<p title=\"&nbsp;\">x</p>"), ElementsAre("narrative-entity nbsp"));
  for (const char* content : {"a & b", "&;", "&amp", "&#;", "&#x;", "&#xG;", "&#0;", "&#x110000;",
                              "&#xD800;", "&#99999999999;", "&#11;"}) {
    EXPECT_THAT(faults_in(content), ElementsAre("narrative-syntax ")) << content;
  }
}

TEST(Narrative, IsWellFormed) {
  for (const char* content : {"<p>x",
                              "<p x",
                              "<p>x</b>",
                              "<p a=b>x</p>",
                              "<p a>x</p>",
                              "<p a=\"x>x</p>",
                              "<p a=\"<\">x</p>",
                              "<!DOCTYPE html>x",
                              "< p>x</p>",
                              "<!-- a -- b -->x",
                              "<!-- a",
                              "<![CDATA[ a",
                              "<p a=\"1\"b=\"2\">x</p>",
                              "</p>",
                              "<1>",
                              "<p/ >",
                              "<p class=\"a\" class=\"b\">x</p>",
                              "\x01",
                              "<p a=\"\x02\">x</p>",
                              "<"}) {
    const std::vector<std::string> faults = faults_in(content);
    ASSERT_FALSE(faults.empty()) << content;
    EXPECT_TRUE(faults.back().starts_with("narrative-syntax")) << content << ": " << faults.back();
  }
  for (const char* text :
       {"", "text", "<", "<div", "&", "<!--", "<?xml", "</div>", "<div/><div/>"}) {
    EXPECT_GT(html_checks(text), 0) << text;
  }
  EXPECT_THAT(faults_of(div("x") + "y"), ElementsAre("narrative-syntax "));
}

TEST(Narrative, AnInstructionIsNotNamedXml) {
  const std::string declaration = "<?xml version=\"1.0\"?>";
  EXPECT_THAT(faults_in("x<?xml-style a?><?b?>"), IsEmpty());
  EXPECT_THAT(faults_of(declaration + div("x")), IsEmpty());
  for (const std::string& text : std::vector<std::string>{
           div(declaration + "x"), div("x<?Xml?>"), " " + declaration + div("x"),
           div("x") + declaration, "<?xml?>" + div("x"), div("<?\?>x"),
           div("<p xmlns:xml='urn:x'>x</p>"), div("<p xmlns:xmlns='urn:x'>x</p>")}) {
    EXPECT_GT(html_checks(text), 0) << text;
    ASSERT_EQ(faults_of(text).size(), 1u) << text;
    EXPECT_TRUE(faults_of(text)[0].starts_with("narrative-syntax")) << text;
  }
  EXPECT_THAT(faults_in("<p xmlns:xml='http://www.w3.org/XML/1998/namespace'>x</p>"), IsEmpty());
}

TEST(Narrative, ParagraphsHoldNoBlocks) {
  EXPECT_THAT(faults_in("<p><ul><li>x</li></ul></p>"), ElementsAre("narrative-element ul"));
  EXPECT_THAT(faults_in("<p><b><p>x</p></b></p>"), ElementsAre("narrative-element p"));
  EXPECT_THAT(faults_in("<span><div>x</div></span>"), ElementsAre("narrative-structure div"));
  EXPECT_EQ(html_checks(div("<span><div>x</div></span>")), 0);  // txt-1 does not say so
}

TEST(Narrative, TablesAndListsHoldWhatTheyMay) {
  EXPECT_THAT(faults_in("<table><p>x</p></table>"), ElementsAre("narrative-structure p"));
  EXPECT_THAT(faults_in("<table>x<tr><td>y</td></tr></table>"),
              ElementsAre("narrative-structure table"));
  EXPECT_THAT(faults_in("<tr><td>y</td></tr>"), ElementsAre("narrative-structure tr"));
  EXPECT_THAT(faults_in("<li>y</li>"), ElementsAre("narrative-structure li"));
  EXPECT_THAT(faults_in("<ul>&amp;<li>y</li></ul>"), ElementsAre("narrative-structure ul"));
  EXPECT_THAT(faults_in("x<br> </br>"), ElementsAre("narrative-structure br"));
  EXPECT_THAT(faults_in("<a>x<b><a>y</a></b></a>"), ElementsAre("narrative-structure a"));
}

TEST(Narrative, LinksAreUrls) {
  EXPECT_THAT(faults_in("<a href=\"http://a b\">x</a>"), ElementsAre("narrative-url http://a b"));
  EXPECT_THAT(faults_in("<a href=\"\">x</a>"), ElementsAre("narrative-url "));
  EXPECT_THAT(faults_in("<img src=\"data:image/png;base64,A\"/>"),
              ElementsAre("narrative-url data:image/png;base64,A"));
  EXPECT_EQ(html_checks(div("<a href=\"http://a b\">x</a>")), 0);
}

TEST(Narrative, CharactersOfALinkAreTheSameAtEveryPlace) {
  constexpr std::string_view kNone = "\"<>\\^`{} \x7F";
  for (int c = 0x20; c < 0x80; ++c) {
    const char letter = static_cast<char>(c);
    if (letter == '&' || letter == '<' || letter == '\'') continue;  // of XML
    for (std::size_t at = 0; at < 40; ++at) {
      std::string link(40, 'a');
      link[at] = letter;
      const bool right = kNone.find(letter) == std::string_view::npos;
      EXPECT_EQ(faults_in("<a href='" + link + "'>x</a>").empty(), right) << c << " at " << at;
    }
  }
}

// The HL7 validator tells the first two, in lower case; browsers run all of them.
TEST(Narrative, ALinkRunsNoScript) {
  for (const std::string url :
       {"javascript:alert(1)", "vbscript:x", "JavaScript:x", "&#106;avascript:x",
        "java&#10;script:x", "&#x0000006A;&#x00000061;&#x00000076;ascript&#58;x"}) {
    EXPECT_THAT(faults_in("<p>x</p><a href=\"" + url + "\">x</a>"),
                ElementsAre("narrative-script " + url));
    EXPECT_THAT(faults_in("x<img src=\"" + url + "\"/>"), ElementsAre("narrative-active " + url));
    EXPECT_EQ(html_checks(div("<a href=\"" + url + "\">x</a>")), 0) << url;
  }
  for (const std::string url : {"data:text/html,PHA", "data:Text/HTML;base64,PHA+",
                                "data:application/xhtml+xml;base64,PHA+"}) {
    EXPECT_THAT(faults_in("<a href=\"" + url + "\">x</a>"), ElementsAre("narrative-active " + url));
  }
  for (const std::string url :
       {"javascript.html", "documents/a.html", "data:image/png;base64,AAAA", "a?b=javascript:x",
        "data:text/plain,a", "&#106;", "d", "visit?a=b&amp;c=d"}) {
    EXPECT_THAT(faults_in("<a href=\"" + url + "\">x</a>"), IsEmpty()) << url;
  }
}

// The quick way reads end tags by the bytes before them.
TEST(Narrative, TheShortestRootsAreReadWithinTheText) {
  for (const std::string_view text : {"<b></b>", "<b>x</b>", "<b><i></i></b>"}) {
    const std::vector<char> exact(text.begin(), text.end());
    EXPECT_GT(html_checks({exact.data(), exact.size()}), 0) << text;
  }
}

TEST(Narrative, DeepNestingIsAFaultNotACrash) {
  std::string open;
  std::string close;
  for (int i = 0; i < 100'000; ++i) {
    open += "<div>";
    close += "</div>";
  }
  EXPECT_THAT(faults_in(open + "x" + close), ElementsAre("limit-depth "));
  EXPECT_THAT(faults_in("&#160;" + open + "x" + close), ElementsAre("limit-depth "));
  EXPECT_GT(html_checks(div(open)), 0);
  EXPECT_THAT(faults_in(open.substr(0, 5 * (kMaxNarrativeDepth - 1)) + "x" +
                        close.substr(0, 6 * (kMaxNarrativeDepth - 1))),
              IsEmpty());
}

}  // namespace
}  // namespace oncobridge::profiles
