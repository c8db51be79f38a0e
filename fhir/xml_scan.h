// Places and texts in the source of an XML document that a parser has found well-formed: what the
// document tree does not keep. Pure functions over views; none allocates but for the list given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oncobridge {

struct XmlAttribute {
  std::string_view name;
  std::string_view raw;  // between the quotes, references not resolved
  std::uint32_t name_place = 0;
  std::uint32_t value_place = 0;  // of the opening quote
};

// `prefix:local`
struct XmlName {
  explicit XmlName(std::string_view name) {
    const std::size_t colon = name.find(':');
    if (colon != std::string_view::npos) prefix = name.substr(0, colon);
    local = colon == std::string_view::npos ? name : name.substr(colon + 1);
  }
  std::string_view prefix;
  std::string_view local;
};

// The attributes of the tag whose '<' is at `start`, into `found`.
void scan_attributes(std::string_view source, std::size_t start, std::vector<XmlAttribute>& found);

// The offset behind the element whose '<' is at `start`; source.size() if it does not end.
std::size_t xml_element_end(std::string_view source, std::size_t start);

// True if `text` is one element whose tags close one another in order, with attributes as XML
// writes them and no forbidden character: what may be put into a document as it is.
bool is_xml_element(std::string_view text);

// An attribute's value with references resolved and white space normalised (XML 1.0 section 3.3.3)
// into `out`, which holds raw.size() bytes. A reference that is none of XML's five entities nor a
// character stays as it is or becomes U+FFFD; `fault` is the offset of the first, or npos.
struct XmlDecoded {
  std::uint32_t length = 0;
  std::size_t fault = std::string_view::npos;
};
XmlDecoded decode_xml_attribute(std::string_view raw, char* out);
// True if the raw value is the value.
bool is_plain_xml_attribute(std::string_view raw);

// The offset of the first character that XML 1.0 section 2.2 forbids, or npos. For valid UTF-8.
std::size_t find_forbidden_xml_character(std::string_view source);

// Appends text of an XML document with every line end as a line feed (XML 1.0 section 2.11).
void append_with_line_feeds(std::string_view text, std::string& out);

// The version and the encoding that the XML declaration names; empty if none. `source` begins
// behind a byte-order mark.
std::string_view declared_xml_version(std::string_view source);
std::string_view declared_xml_encoding(std::string_view source);

// Whether `text`, from `<?` to `?>`, is a sound XML declaration (XML 1.0 section 2.8, 2.9, 4.3.3).
bool is_xml_declaration(std::string_view text);
// Whether it is a sound processing instruction: its target is a name, and none that is reserved as
// `xml` is in any case (XML 1.0 section 2.6).
bool is_xml_instruction(std::string_view text);

// The offset of the first instruction that is not sound, or npos; at the start, behind a byte-order
// mark, a declaration may stand. For a source that is well-formed but for them.
std::size_t find_broken_instruction(std::string_view source);

// Whether a tag may declare this prefix (empty: none) for this namespace: `xml` and `xmlns` are
// bound once for all (Namespaces in XML 1.0 section 3).
bool may_bind_prefix(std::string_view prefix, std::string_view uri);

}  // namespace oncobridge
