// The elements and attributes that a narrative may use, as tables (FHIR R4 narrative.html: chapters
// 7 to 11 and 15 of HTML 4.0, a, img, style; the reference validator adds map and area). Compile
// time only.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
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
inline constexpr Mask kText = Mask{1} << kUnknown;  // among what an element may hold: text

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
// What an element may hold, where nothing around it forbids it.
inline constexpr std::array<Mask, 64> kChildren = [] {
  const std::array<Mask, 64> parents = by_element(&Content::parents);
  std::array<Mask, 64> table = by_element(&Content::children);
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t child = 0; child < kNames.size(); ++child) {
      if ((parents[child] >> i & 1) == 0) table[i] &= ~(Mask{1} << child);
    }
  }
  return table;
}();

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

// The first eight bytes of a name, as a little-endian machine loads them.
constexpr std::uint64_t word_of(std::string_view name) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < name.size() && i < 8; ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(name[i])} << 8 * i;
  }
  return word;
}

// Names of at most eight bytes by their word: a perfect hash, whose factor is found when compiling.
class WordIndex {
 public:
  template <typename Table, typename Name>
  constexpr WordIndex(const Table& table, Name name) {
    while (!fill(table, name)) factor_ += 0x9E3779B97F4A7C16u;  // remains odd
  }
  // The place in the table, or kUnknown.
  constexpr std::uint8_t find(std::uint64_t word, std::size_t size) const {
    const Slot& slot = slots_[word * factor_ >> 56];
    return slot.word == word && slot.size == size ? slot.index : kUnknown;
  }

 private:
  struct Slot {
    std::uint64_t word = 0;
    std::uint8_t size = 0;
    std::uint8_t index = kUnknown;
  };
  template <typename Table, typename Name>
  constexpr bool fill(const Table& table, Name name) {
    slots_ = {};
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (name(table[i]).size() > 8) continue;
      Slot& slot = slots_[word_of(name(table[i])) * factor_ >> 56];
      if (slot.word != 0) return false;
      slot = {word_of(name(table[i])), static_cast<std::uint8_t>(name(table[i]).size()),
              static_cast<std::uint8_t>(i)};
    }
    return true;
  }

  std::uint64_t factor_ = 0xD6E8FEB86659FD93u;
  std::array<Slot, 256> slots_ = {};
};

inline constexpr WordIndex kElementWords(kNames, [](std::string_view name) { return name; });
inline constexpr WordIndex kAttributeWords(kAttributes, [](const Attribute& attribute) {
  return attribute.name;
});

// The only element whose name is longer than a word.
inline constexpr std::string_view kLongName = "blockquote";

// The place of a name of any length in its table, or kUnknown.
constexpr std::uint8_t find_element(std::string_view name) {
  if (name.size() <= 8) return kElementWords.find(word_of(name), name.size());
  return name == kLongName ? static_cast<std::uint8_t>(std::countr_zero(bit(kLongName))) : kUnknown;
}
static_assert(std::all_of(kNames.begin(), kNames.end(), [](std::string_view name) {
  return kNames[find_element(name)] == name;
}));
constexpr std::uint8_t find_attribute(std::string_view name) {
  if (name.size() <= 8) return kAttributeWords.find(word_of(name), name.size());
  for (std::uint8_t i = 0; i < kAttributes.size(); ++i) {
    if (kAttributes[i].name == name) return i;
  }
  return kUnknown;
}

// True if the element may have the attribute.
inline bool may_have(std::uint8_t element, std::string_view attribute) {
  const std::uint8_t index = find_attribute(attribute);
  return index != kUnknown && (kAttributes[index].elements >> element & 1) != 0;
}

// Elements that may not stand anywhere within an element.
inline constexpr std::array<Mask, 64> kNotWithin = [] {
  std::array<Mask, 64> table{};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const Mask self = Mask{1} << i;
    table[i] = self & kInline;
    if (self == bit("p")) table[i] |= kNotInP;
    if ((self & kParagraph) != 0) table[i] |= kNotInParagraph;
  }
  return table;
}();

}  // namespace oncobridge::profiles::xhtml
