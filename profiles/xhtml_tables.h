// The elements and attributes that a narrative may use, as tables (FHIR R4 narrative.html: chapters
// 7 to 11 and 15 of HTML 4.0, a, img, style; the reference validator adds map and area). Compile
// time only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace oncobridge::profiles::xhtml {

using Mask = std::uint64_t;  // a set of elements, by their place in kNames

inline constexpr std::array<std::string_view, 53> kNames = {
    "p",     "br",   "div",   "h1",      "h2",       "h3",     "h4",         "h5",  "h6",
    "a",     "span", "b",     "em",      "i",        "strong", "small",      "big", "tt",
    "dfn",   "q",    "var",   "abbr",    "acronym",  "cite",   "blockquote", "hr",  "address",
    "bdo",   "kbd",  "sub",   "sup",     "ul",       "ol",     "li",         "dl",  "dt",
    "dd",    "pre",  "table", "caption", "colgroup", "col",    "thead",      "tr",  "tfoot",
    "tbody", "th",   "td",    "code",    "samp",     "img",    "map",        "area"};

inline constexpr std::uint8_t kUnknown = 63;  // an element that is not in kNames
inline constexpr Mask kAll = ~Mask{0};

constexpr Mask bit(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return Mask{1} << i;
  }
  throw "no such element";  // ends the compilation
}

template <typename... Names>
constexpr Mask set(Names... names) {
  return (Mask{0} | ... | bit(names));
}

// Text of one line, and what is found within it.
inline constexpr Mask kInline =
    set("a", "b", "em", "i", "strong", "small", "big", "sub", "sup", "code", "tt", "dfn", "q",
        "var", "abbr", "acronym", "cite", "bdo", "kbd", "samp");
inline constexpr Mask kParagraph = kInline | set("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre",
                                                 "address", "span", "caption", "dd", "dt");
inline constexpr Mask kNotInParagraph = set("div", "pre", "table", "ul", "ol");
inline constexpr Mask kNotInP = set("div", "blockquote", "table", "ol", "ul", "p");
inline constexpr Mask kEmpty = set("br", "img", "hr", "area");

struct Content {  // `parents`: where the elements stand; `children`: what they hold, and no text
  Mask elements;
  Mask parents;
  Mask children;
};

inline constexpr std::array<Content, 13> kContents = {{
    {set("table"), kAll, set("tbody", "tr", "caption", "thead", "tfoot", "col", "colgroup")},
    {set("tr"), set("table", "thead", "tfoot", "tbody"), set("td", "th")},
    {set("tbody", "thead", "tfoot"), set("table"), set("tr")},
    {set("ul", "ol"), kAll, set("li")},
    {set("dl"), kAll, set("dd", "dt")},
    {set("map"), kAll, set("area")},
    {set("caption", "colgroup"), set("table"), kAll},
    {set("col"), set("colgroup", "table"), kAll},
    {set("th", "td"), set("tr", "thead", "tfoot"), kAll},
    {set("li"), set("ul", "ol"), kAll},
    {set("dd", "dt"), set("dl"), kAll},
    {set("br", "img", "hr"), kAll, 0},
    {set("area"), kAll, 0},
}};

constexpr std::array<Mask, 64> by_element(Mask Content::*member) {
  std::array<Mask, 64> table{};
  for (Mask& entry : table) entry = kAll;
  for (const Content& content : kContents) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      if ((content.elements >> i & 1) != 0) table[i] = content.*member;
    }
  }
  return table;
}
inline constexpr std::array<Mask, 64> kParents = by_element(&Content::parents);
inline constexpr std::array<Mask, 64> kChildren = by_element(&Content::children);

struct Attribute {
  std::string_view name;
  Mask elements;
};

inline constexpr std::array<Attribute, 53> kAttributes = {{
    {"title", kAll},
    {"style", kAll},
    {"class", kAll},
    {"id", kAll},
    {"lang", kAll},
    {"xml:lang", kAll},
    {"xml:space", kAll},
    {"dir", kAll},
    {"accesskey", kAll},
    {"tabindex", kAll},
    {"span", kAll},
    {"width", kAll},
    {"align", kAll},
    {"valign", kAll},
    {"char", kAll},
    {"charoff", kAll},
    {"abbr", kAll},
    {"axis", kAll},
    {"headers", kAll},
    {"scope", kAll},
    {"rowspan", kAll},
    {"colspan", kAll},
    {"href", set("a", "area")},
    {"name", set("a", "map")},
    {"charset", set("a")},
    {"type", set("a", "ul", "ol", "li")},
    {"hreflang", set("a")},
    {"rel", set("a")},
    {"rev", set("a")},
    {"shape", set("a", "area")},
    {"coords", set("a", "area")},
    {"src", set("img")},
    {"alt", set("img", "area")},
    {"longdesc", set("img")},
    {"height", set("img", "td", "th")},
    {"usemap", set("img")},
    {"ismap", set("img")},
    {"border", set("img", "table")},
    {"cite", set("blockquote", "q")},
    {"nohref", set("area")},
    {"summary", set("table")},
    {"frame", set("table")},
    {"rules", set("table")},
    {"cellspacing", set("table")},
    {"cellpadding", set("table")},
    {"space", set("pre")},
    {"nowrap", set("td", "th")},
    // Named by txt-1's XPath and by chapters 10, 11 and 13 of HTML 4.0.
    {"bgcolor", set("table", "tr", "td", "th")},
    {"compact", set("ul", "ol", "dl")},
    {"start", set("ol")},
    {"value", set("li")},
    {"hspace", set("img")},
    {"vspace", set("img")},
}};

// A name's place in a table of 256: its length, first and last letters.
constexpr std::uint8_t slot_of(std::string_view name) {
  const auto letter = [&](std::size_t at) { return static_cast<unsigned>(name[at]); };
  const unsigned middle = letter(name.size() / 2);
  return static_cast<std::uint8_t>(letter(0) * 7 + letter(name.size() - 1) * 31 + middle * 67 +
                                   name.size() * 101);
}

// Open addressing: index + 1 of a name, 0 for a free slot.
template <typename Table, typename Name>
constexpr std::array<std::uint8_t, 256> index_of(const Table& table, Name name) {
  std::array<std::uint8_t, 256> slots{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (name(table[i]).empty()) continue;
    std::uint8_t slot = slot_of(name(table[i]));
    while (slots[slot] != 0) ++slot;
    slots[slot] = static_cast<std::uint8_t>(i + 1);
  }
  return slots;
}

inline constexpr auto kNameIndex = index_of(kNames, [](std::string_view name) { return name; });
inline constexpr auto kAttributeIndex =
    index_of(kAttributes, [](const Attribute& attribute) { return attribute.name; });

// For names of a few letters, which a call of memcmp is too much for.
inline bool same_name(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] != right[i]) return false;
  }
  return true;
}

// The number of an element, or kUnknown.
inline std::uint8_t find_element(std::string_view name) {
  for (std::uint8_t slot = slot_of(name); kNameIndex[slot] != 0; ++slot) {
    const std::uint8_t index = static_cast<std::uint8_t>(kNameIndex[slot] - 1);
    if (same_name(kNames[index], name)) return index;
  }
  return kUnknown;
}

// True if the element may have the attribute.
inline bool may_have(std::uint8_t element, std::string_view attribute) {
  for (std::uint8_t slot = slot_of(attribute); kAttributeIndex[slot] != 0; ++slot) {
    const Attribute& known = kAttributes[kAttributeIndex[slot] - 1u];
    if (same_name(known.name, attribute)) return (known.elements >> element & 1) != 0;
  }
  return false;
}

}  // namespace oncobridge::profiles::xhtml
