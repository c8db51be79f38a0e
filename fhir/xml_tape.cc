#include "fhir/xml_tape.h"

#include <algorithm>
#include <cstring>
#include <pugixml.hpp>
#include <utility>

#include "fhir/byte_scan.h"
#include "fhir/xml_scan.h"
#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

constexpr std::string_view kFhirSpace = "http://hl7.org/fhir";
constexpr std::string_view kSchemaInstanceSpace = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view kXmlSpace = "http://www.w3.org/XML/1998/namespace";

// More namespace declarations around one element than this are an attack on those who look them up.
constexpr std::size_t kMostBindings = 64;

// References and white space are resolved by decode_xml_attribute, which knows what is wrong.
constexpr unsigned kParse = pugi::parse_cdata | pugi::parse_doctype | pugi::parse_fragment;

bool names_resource(std::string_view local) {
  return !local.empty() && local[0] >= 'A' && local[0] <= 'Z';
}

bool is_extension(std::string_view local) {
  return local == "extension" || local == "modifierExtension";
}

// As an encoding in a declaration is compared: without regard to case.
bool is_utf8_name(std::string_view encoding) {
  std::string lower(encoding);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower == "utf-8" || lower == "utf8" || lower == "us-ascii" || lower == "ascii";
}

}  // namespace

struct XmlTapeReader::Walk {
  // An element whose children are read.
  struct Open {
    pugi::xml_node child;  // the next one
    NodeId id = kNoNode;
    NodeId last = kNoNode;
    std::size_t bindings = 0;  // before this element
    bool fhir = true;          // stands in FHIR's namespace
    bool empty = true;         // no element has been read in it
    bool shares = false;       // its node is the one of the element around it
  };
  struct Binding {
    std::string_view prefix;
    std::string_view uri;
  };
  // An element as its start tag says.
  struct Tag {
    std::uint32_t start = 0;
    XmlName name{{}};
    std::string_view uri;
    bool resource = false;
  };

  bool read(Tape& tape, const TapeLimits& limits);
  bool check_bytes();
  bool parse();
  bool find_root(pugi::xml_node& root);
  bool element(pugi::xml_node node);
  bool bind_namespaces(NodeId parent);
  std::string_view uri_of(std::string_view prefix, bool& bound) const;
  bool check_namespace(Tag& tag);
  void check_representation(const Tag& tag, NodeId parent);
  bool enters_resource(const Tag& tag) const;
  bool enter_resource(pugi::xml_node node, const Tag& tag, std::size_t bindings);
  bool xhtml(const Tag& tag);
  bool attributes(const Tag& tag, NodeId id);
  bool attribute(const XmlAttribute& attribute, const Tag& tag, NodeId id, NodeId& last);
  bool has_twin_attribute(const XmlAttribute*& twin);
  bool attribute_text(const XmlAttribute& attribute, NodeId id);
  std::string_view with_own_namespace(std::string_view raw, const Tag& tag);
  NodeId append(NodeId parent, NodeId& last, std::string_view name, std::uint32_t name_place,
                std::uint32_t place, NodeKind kind);
  void fault(std::string_view rule, std::size_t place, NodeId node, std::string message);
  bool fatal(std::string_view rule, std::size_t place, std::string message);

  Tape* tape = nullptr;
  const TapeLimits* limits = nullptr;
  std::string_view source;
  std::vector<char> buffer;  // which the parser writes into
  pugi::xml_document document;
  std::vector<Open> open;
  std::vector<Binding> bindings;
  std::vector<XmlAttribute> tag_attributes;
  std::vector<std::string_view> sorted;
};

XmlTapeReader::XmlTapeReader() : walk_(std::make_unique<Walk>()) {}
XmlTapeReader::~XmlTapeReader() = default;

bool XmlTapeReader::read(Tape& tape, const TapeLimits& limits) { return walk_->read(tape, limits); }

bool XmlTapeReader::Walk::read(Tape& to, const TapeLimits& most) {
  tape = &to;
  limits = &most;
  source = to.source_;
  open.clear();
  bindings.assign(1, {"xml", kXmlSpace});
  pugi::xml_node root;
  const bool readable = check_bytes() && parse() && find_root(root) && element(root);
  bool complete = readable;
  while (complete && !open.empty()) {
    Open& top = open.back();
    const pugi::xml_node node = top.child;
    if (!node) {
      bindings.resize(top.bindings);
      const Open closed = top;
      open.pop_back();
      if (closed.shares) open.back().last = closed.last;
      continue;
    }
    top.child = node.next_sibling();
    if (node.type() == pugi::node_element) {
      complete = element(node);
    } else if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
      const std::size_t place =
          source.find_first_not_of(" \t\r\n", static_cast<std::size_t>(node.offset_debug()));
      fault("xml-text", std::min(place, source.size()), top.id,
            "Text stands in an element outside the narrative");
    }
  }
  document.reset();
  to.nodes_[kNoNode] = {};
  return complete;
}

bool XmlTapeReader::Walk::check_bytes() {
  if (source.size() > UINT32_MAX) return fatal("limit-text", 0, "A document is smaller than 4 GiB");
  if (is_wide_encoding(source)) return fatal("text-utf8", 0, "The document is not UTF-8");
  const bool marked = source.starts_with(kByteOrderMark);
  const std::string_view text = source.substr(marked ? kByteOrderMark.size() : 0);
  const std::string_view version = declared_xml_version(text);
  if (!version.empty() && version != "1.0") {
    return fatal("xml-syntax", static_cast<std::size_t>(version.data() - source.data()),
                 "FHIR is written in XML 1.0; the XML declaration names another version");
  }
  const std::string_view encoding = declared_xml_encoding(text);
  if (!encoding.empty() && !is_utf8_name(encoding)) {
    return fatal("text-utf8", static_cast<std::size_t>(encoding.data() - source.data()),
                 "The XML declaration names another encoding than UTF-8");
  }
  if (const std::size_t valid = valid_utf8_prefix(source); valid != source.size()) {
    return fatal("text-utf8", valid, "The document is not UTF-8");
  }
  const std::size_t forbidden = find_forbidden_xml_character(source);
  if (forbidden == std::string_view::npos) return true;
  return fatal("xml-syntax", forbidden, "A character that XML forbids");
}

bool XmlTapeReader::Walk::parse() {
  // The zero behind the last byte is the parser's; without it, it would take that byte's place.
  buffer.assign(source.begin(), source.end());
  buffer.push_back('\0');
  const pugi::xml_parse_result result =
      document.load_buffer_inplace(buffer.data(), buffer.size(), kParse, pugi::encoding_utf8);
  for (const pugi::xml_node node : document) {
    if (node.type() != pugi::node_doctype) continue;
    const std::size_t place = source.find("<!DOCTYPE");
    return fatal("xml-entity", place == std::string_view::npos ? 0 : place,
                 "The document has a document type declaration");
  }
  if (result) {
    const std::size_t broken = find_broken_instruction(source);
    if (broken == std::string_view::npos) return true;
    return fatal("xml-syntax", broken,
                 "An XML declaration that is not sound or does not stand at the start, or an "
                 "instruction whose target is no name or is xml");
  }
  const std::ptrdiff_t last = static_cast<std::ptrdiff_t>(source.size());
  const std::ptrdiff_t place = std::clamp<std::ptrdiff_t>(result.offset, 0, last);
  return fatal("xml-syntax", static_cast<std::size_t>(place), result.description());
}

bool XmlTapeReader::Walk::find_root(pugi::xml_node& root) {
  for (const pugi::xml_node node : document) {
    const auto place = static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
    if (node.type() != pugi::node_element) {
      return fatal("xml-syntax", place, "Text stands outside the root element");
    }
    if (root) return fatal("xml-syntax", place - 1, "The document has more than one root element");
    root = node;
  }
  return root ? true : fatal("xml-syntax", 0, "The document is empty");
}

bool XmlTapeReader::Walk::element(pugi::xml_node node) {
  Tag tag;
  tag.start = static_cast<std::uint32_t>(node.offset_debug() - 1);
  tag.name = XmlName(source.substr(tag.start + 1, std::strlen(node.name())));
  scan_attributes(source, tag.start, tag_attributes);
  const XmlAttribute* twin = nullptr;
  if (has_twin_attribute(twin)) {
    return fatal("xml-syntax", twin->name_place, "An attribute stands twice in a tag");
  }
  const std::size_t before = bindings.size();
  const bool root = open.empty();
  const NodeId parent = root ? kNoNode : open.back().id;
  if (!bind_namespaces(parent) || !check_namespace(tag)) return false;
  if (enters_resource(tag)) return enter_resource(node, tag, before);
  if (!root) open.back().empty = false;
  check_representation(tag, parent);
  if (tag.name.local == "div") {
    const bool put = xhtml(tag);
    bindings.resize(before);
    return put;
  }
  if (open.size() >= limits->max_depth) {
    return fatal(
        "limit-depth", tag.start,
        "Elements nest deeper than " + std::to_string(limits->max_depth) + " levels, the limit");
  }
  NodeId no_last = kNoNode;
  NodeId& last = root ? no_last : open.back().last;
  tag.resource = root;
  const NodeId id = append(parent, last, root ? std::string_view() : tag.name.local, tag.start,
                           tag.start, NodeKind::kObject);
  if (id == kNoNode) return false;
  if (root) {
    Node& top = tape->nodes_[id];
    top.flags |= kResource;
    top.text = tag.name.local.data();
    top.length = static_cast<std::uint32_t>(tag.name.local.size());
  }
  open.push_back({node.first_child(), id, kNoNode, before, tag.uri == kFhirSpace, true, false});
  return attributes(tag, id);
}

// What FHIR writes as an attribute: the id of what is no resource, the url of an extension.
void XmlTapeReader::Walk::check_representation(const Tag& tag, NodeId parent) {
  if (parent == kNoNode || tape->nodes_[parent].is(kResource)) return;
  if (tag.name.local == "id" || (tag.name.local == "url" && is_extension(tape->name(parent)))) {
    fault("xml-attribute", tag.start, parent, "An attribute is written as an element");
  }
}

// `<contained><Patient>`: both are one node.
bool XmlTapeReader::Walk::enters_resource(const Tag& tag) const {
  if (open.empty() || !open.back().empty || !names_resource(tag.name.local)) return false;
  for (const XmlAttribute& attribute : tag_attributes) {
    if (attribute.name == "value") return false;  // a primitive with the name of a type
  }
  const Node& node = tape->nodes_[open.back().id];
  return !node.is(kResource) && node.kind == NodeKind::kObject;
}

bool XmlTapeReader::Walk::enter_resource(pugi::xml_node node, const Tag& tag, std::size_t before) {
  Open& wrapper = open.back();
  wrapper.empty = false;
  Node& resource = tape->nodes_[wrapper.id];
  if (resource.first != kNoNode) {
    fault("xml-attribute", resource.name_place, wrapper.id,
          "An element around a resource has no attributes");
  }
  resource.flags |= kResource;
  resource.text = tag.name.local.data();
  resource.length = static_cast<std::uint32_t>(tag.name.local.size());
  resource.place = tag.start;
  Tag inner = tag;
  inner.resource = true;
  const Open inside{node.first_child(),    wrapper.id, wrapper.last, before,
                    tag.uri == kFhirSpace, true,       true};
  open.push_back(inside);
  return attributes(inner, inside.id);
}

bool XmlTapeReader::Walk::bind_namespaces(NodeId parent) {
  for (const XmlAttribute& attribute : tag_attributes) {
    const XmlName name(attribute.name);
    const bool is_default = attribute.name == "xmlns";
    if (!is_default && name.prefix != "xmlns") continue;
    if (bindings.size() >= kMostBindings) {
      return fatal("xml-namespace", attribute.name_place,
                   "Too many namespace declarations around one element");
    }
    if (!is_default && attribute.raw.empty()) {
      fault("xml-namespace", attribute.name_place, parent,
            "A prefix is declared without a namespace");
    }
    const std::string_view prefix = is_default ? std::string_view() : name.local;
    if (!may_bind_prefix(prefix, attribute.raw)) {
      return fatal("xml-syntax", attribute.name_place,
                   "A declaration binds xml or xmlns, or the namespace of one of them");
    }
    bindings.push_back({prefix, attribute.raw});
  }
  return true;
}

std::string_view XmlTapeReader::Walk::uri_of(std::string_view prefix, bool& bound) const {
  for (std::size_t i = bindings.size(); i > 0; --i) {
    if (bindings[i - 1].prefix == prefix) {
      bound = true;
      return bindings[i - 1].uri;
    }
  }
  bound = prefix.empty();
  return {};
}

bool XmlTapeReader::Walk::check_namespace(Tag& tag) {
  bool bound = false;
  tag.uri = uri_of(tag.name.prefix, bound);
  if (source[tag.start + 1] == ':') bound = false;  // an empty prefix is not the one left out
  const NodeId parent = open.empty() ? kNoNode : open.back().id;
  if (!bound) {
    return fatal("xml-namespace", tag.start, "The prefix of an element is not declared");
  }
  // One fault for an element in another namespace, not one for everything in it.
  const bool around = open.empty() || open.back().fhir;
  if (tag.uri != kFhirSpace && around && tag.name.local != "div") {
    fault("xml-namespace", tag.start, parent,
          "An element stands in another namespace than http://hl7.org/fhir");
  }
  return true;
}

bool XmlTapeReader::Walk::xhtml(const Tag& tag) {
  std::string_view raw = source.substr(tag.start, xml_element_end(source, tag.start) - tag.start);
  if (raw.size() > limits->max_text) {
    return fatal(
        "limit-text", tag.start,
        "A narrative is longer than " + std::to_string(limits->max_text) + " bytes, the limit");
  }
  if (!tag.name.prefix.empty()) raw = with_own_namespace(raw, tag);
  NodeId no_last = kNoNode;
  NodeId& last = open.empty() ? no_last : open.back().last;
  const NodeId id = append(open.empty() ? kNoNode : open.back().id, last, tag.name.local, tag.start,
                           tag.start, NodeKind::kXhtml);
  if (id == kNoNode) return false;
  tape->nodes_[id].text = raw.data();
  tape->nodes_[id].length = static_cast<std::uint32_t>(raw.size());
  return true;
}

// A narrative whose elements have a prefix that is declared outside it, without the prefix.
std::string_view XmlTapeReader::Walk::with_own_namespace(std::string_view raw, const Tag& tag) {
  std::string text;
  const std::string prefix = std::string(tag.name.prefix) + ":";
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t end = std::min(raw.find('<', at), raw.size());
    text.append(raw, at, end - at);
    at = end;
    if (at == raw.size()) break;
    const std::size_t name = at + (raw.substr(at).starts_with("</") ? 2 : 1);
    text.append(raw, at, name - at);
    const bool prefixed = raw.substr(name).starts_with(prefix);
    const bool first = at == 0;
    at = name + (prefixed ? prefix.size() : 0);
    if (!first) continue;
    text.append("div xmlns=\"").append(tag.uri).append("\"");
    at += tag.name.local.size();
  }
  return {tape->texts_.copy(text.data(), text.size()), text.size()};
}

bool XmlTapeReader::Walk::has_twin_attribute(const XmlAttribute*& twin) {
  if (tag_attributes.size() < 2) return false;
  sorted.clear();
  for (const XmlAttribute& attribute : tag_attributes) sorted.push_back(attribute.name);
  std::sort(sorted.begin(), sorted.end());
  const auto found = std::adjacent_find(sorted.begin(), sorted.end());
  if (found == sorted.end()) return false;
  for (const XmlAttribute& attribute : tag_attributes) {
    if (attribute.name == *found) twin = &attribute;
  }
  return true;
}

bool XmlTapeReader::Walk::attributes(const Tag& tag, NodeId id) {
  NodeId& last = open.back().last;
  for (const XmlAttribute& each : tag_attributes) {
    if (each.raw.find('<') != std::string_view::npos) {
      return fatal("xml-syntax", each.value_place, "An attribute holds a '<'");
    }
    if (each.raw.size() > limits->max_text) {
      return fatal(
          "limit-text", each.value_place,
          "A string is longer than " + std::to_string(limits->max_text) + " bytes, the limit");
    }
    if (!attribute(each, tag, id, last)) return false;
  }
  Node& node = tape->nodes_[id];
  if (node.kind == NodeKind::kText && node.first != kNoNode) node.flags |= kPaired;
  return true;
}

bool XmlTapeReader::Walk::attribute(const XmlAttribute& attribute, const Tag& tag, NodeId id,
                                    NodeId& last) {
  const XmlName name(attribute.name);
  if (attribute.name == "xmlns" || name.prefix == "xmlns") return true;
  bool bound = false;
  if (!name.prefix.empty() && uri_of(name.prefix, bound) == kSchemaInstanceSpace) return true;
  if (attribute.name == "value" && !tag.resource) {
    Node& node = tape->nodes_[id];
    node.kind = NodeKind::kText;
    node.place = attribute.value_place;
    return attribute_text(attribute, id);
  }
  const bool allowed = (attribute.name == "id" && !tag.resource) ||
                       (attribute.name == "url" && is_extension(tag.name.local));
  if (!allowed) {
    fault("xml-attribute", attribute.name_place, id,
          "An attribute that FHIR does not know, or not at this element");
    return true;
  }
  const NodeId child = append(id, last, attribute.name, attribute.name_place, attribute.value_place,
                              NodeKind::kString);
  return child != kNoNode && attribute_text(attribute, child);
}

bool XmlTapeReader::Walk::attribute_text(const XmlAttribute& attribute, NodeId id) {
  Node& node = tape->nodes_[id];
  node.text = attribute.raw.data();
  node.length = static_cast<std::uint32_t>(attribute.raw.size());
  if (is_plain_xml_attribute(attribute.raw)) return true;
  char* const text = static_cast<char*>(tape->texts_.allocate(attribute.raw.size()));
  const XmlDecoded decoded = decode_xml_attribute(attribute.raw, text);
  node.text = text;
  node.length = decoded.length;
  if (decoded.fault != std::string_view::npos) {
    fault("xml-entity", attribute.value_place + 1 + decoded.fault, id,
          "A reference is none of the five of XML, nor one to a character");
  }
  return true;
}

NodeId XmlTapeReader::Walk::append(NodeId parent, NodeId& last, std::string_view name,
                                   std::uint32_t name_place, std::uint32_t place, NodeKind kind) {
  const NodeId id = tape->size();
  if (id > limits->max_nodes) {
    fatal(
        "limit-nodes", place,
        "The document has more than " + std::to_string(limits->max_nodes) + " elements, the limit");
    return kNoNode;
  }
  Node& node = tape->nodes_.emplace_back();
  if (!name.empty()) node.name = tape->names_.intern(name);
  node.parent = parent;
  node.name_place = name_place;
  node.place = place;
  node.kind = kind;
  if (last == kNoNode) {
    tape->nodes_[parent].first = id;
  } else {
    tape->nodes_[last].next = id;
  }
  last = id;
  Node& above = tape->nodes_[parent];
  if (above.kind == NodeKind::kText) above.flags |= kPaired;
  return id;
}

void XmlTapeReader::Walk::fault(std::string_view rule, std::size_t place, NodeId node,
                                std::string message) {
  if (tape->faults_.size() >= limits->max_faults) return;
  tape->faults_.push_back(
      {rule, static_cast<std::uint32_t>(place), false, std::move(message), node});
}

bool XmlTapeReader::Walk::fatal(std::string_view rule, std::size_t place, std::string message) {
  tape->faults_.push_back({rule, static_cast<std::uint32_t>(place), true, std::move(message),
                           open.empty() ? kNoNode : open.back().id});
  return false;
}

}  // namespace oncobridge
