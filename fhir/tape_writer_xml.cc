#include <algorithm>

#include "fhir/xml_scan.h"
#include "oncobridge/fhir/tape_writer.h"

namespace oncobridge {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The names of FHIR; XML would allow more.
bool is_element_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !is_letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

// One <div> that ends where the text ends, and that a reader of XML alone understands.
bool is_narrative(std::string_view text) {
  if (!text.starts_with("<div") || text.size() < 5) return false;
  if (std::string_view(" \t\r\n/>").find(text[4]) == std::string_view::npos) return false;
  if (!is_xml_element(text)) return false;
  for (std::size_t at = text.find_first_of("&<"); at != std::string_view::npos;
       at = text.find_first_of("&<", at + 1)) {
    if (text[at] == '<') {  // in CDATA and comments & is text
      if (text.substr(at).starts_with("<![CDATA[")) at = text.find("]]>", at);
      if (at != std::string_view::npos && text.substr(at).starts_with("<!--")) {
        at = text.find("-->", at);
      }
      if (at == std::string_view::npos) return false;
      continue;
    }
    char space[16];
    const std::string_view reference =
        text.substr(at, std::min(text.find(';', at) - at, text.size()) + 1);
    if (reference.size() > sizeof space) return false;
    if (decode_xml_attribute(reference, space).fault != std::string_view::npos) return false;
  }
  return true;
}

class XmlTapeWriter {
 public:
  XmlTapeWriter(const Tape& tape, std::string& out, Layout layout)
      : tape_(tape), out_(out), pretty_(layout == Layout::kPretty) {}

  bool write(NodeId root) {
    const Node& node = tape_[root];
    const std::string_view name = node.is(kResource) ? node.value() : tape_.name(root);
    if (!is_element_name(name)) {
      lose(root, kNoName);
    } else if (name == "div" && node.has_value()) {
      narrative(root, false);
    } else {
      tree(root, name);
    }
    return loss_.node == kNoNode;
  }
  const XmlLoss& loss() const { return loss_; }

 private:
  static constexpr const char* kNoName = "its name is none of FHIR's XML";
  static constexpr const char* kNothing = "it is null or an empty list";

  void tree(NodeId root, std::string_view name) {
    out_.append("<").append(name).append(" xmlns=\"http://hl7.org/fhir\"");
    if (!tape_[root].is(kResource)) attributes(root);
    open(root, name, {});
    while (!frames_.empty()) step();
  }

  void lose(NodeId id, const char* why) {
    if (loss_.node == kNoNode) loss_ = {id, why};
  }

  // An element whose children are written.
  struct Frame {
    NodeId parent;
    NodeId child;  // the next one
    std::string_view name;
    std::string_view around;  // the element around a resource; empty: none
  };

  void step() {
    Frame& frame = frames_.back();
    while (frame.child != kNoNode && is_attribute(frame.parent, frame.child)) {
      frame.child = tape_[frame.child].next;
    }
    if (frame.child == kNoNode) return close();
    const NodeId id = frame.child;
    frame.child = tape_[id].next;
    element(id);
  }

  void element(NodeId id) {
    const Node& node = tape_[id];
    const std::string_view name = tape_.name(id);
    const bool nothing = node.kind == NodeKind::kNull || node.kind == NodeKind::kEmptyList ||
                         node.kind == NodeKind::kList ||
                         (node.kind == NodeKind::kAbsent && node.first == kNoNode);
    if (nothing) return lose(id, kNothing);
    if (!is_element_name(name)) return lose(id, kNoName);
    if (name == "div" && node.has_value()) return narrative(id, true);
    new_line();
    out_.append("<").append(name);
    if (node.kind == NodeKind::kObject && node.is(kResource)) {
      resource(id, name);
      return;
    }
    attributes(id);
    if (node.has_value()) attribute("value", id);
    open(id, name, {});
  }

  void resource(NodeId id, std::string_view around) {
    const std::string_view type = tape_[id].value();
    if (!is_element_name(type)) {
      lose(id, kNoName);
      out_ += "/>";
      return;
    }
    out_ += '>';
    ++depth_;
    new_line();
    out_.append("<").append(type);
    open(id, type, around);
  }

  // Ends the start tag, and the element if it has no children.
  void open(NodeId id, std::string_view name, std::string_view around) {
    NodeId child = tape_[id].first;
    while (child != kNoNode && is_attribute(id, child)) child = tape_[child].next;
    if (child == kNoNode) {
      out_ += "/>";
      if (!around.empty()) close_around(around);
      return;
    }
    out_ += '>';
    ++depth_;
    frames_.push_back({id, child, name, around});
  }

  void close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    --depth_;
    new_line();
    out_.append("</").append(frame.name).append(">");
    if (!frame.around.empty()) close_around(frame.around);
  }

  void close_around(std::string_view around) {
    --depth_;
    new_line();
    out_.append("</").append(around).append(">");
  }

  void narrative(NodeId id, bool begins_line) {
    const Node& node = tape_[id];
    if (!is_narrative(node.value())) {
      return lose(id, "it is a narrative that is no whole <div> of XML");
    }
    if (begins_line) new_line();
    append_with_line_feeds(node.value(), out_);
  }

  // FHIR R4 xml.html: the id of an element and the url of an extension are attributes.
  bool is_attribute(NodeId parent, NodeId child) const {
    const std::string_view name = tape_.name(child);
    if (name != "id" && name != "url") return false;
    if (tape_[parent].is(kResource) || !tape_[child].has_value()) return false;
    return name == "id" || tape_.name(parent) == "extension" ||
           tape_.name(parent) == "modifierExtension";
  }

  void attributes(NodeId parent) {
    bool id = false;
    bool url = false;
    for (NodeId child = tape_[parent].first; child != kNoNode; child = tape_[child].next) {
      if (!is_attribute(parent, child)) continue;
      const std::string_view name = tape_.name(child);
      bool& written = name == "id" ? id : url;
      // XML has no place for a second one, nor for what belongs to it.
      if (written) lose(child, "it is an attribute in XML and stands twice");
      if (tape_[child].first != kNoNode)
        lose(child, "it is an attribute in XML, without extensions");
      if (!written) attribute(name, child);
      written = true;
    }
  }

  void attribute(std::string_view name, NodeId id) {
    out_.append(" ").append(name).append("=\"");
    if (!escaped(tape_[id].value())) lose(id, "it has a character that XML forbids");
    out_ += '"';
  }

  // False if a character cannot stand in XML.
  bool escaped(std::string_view text) {
    bool whole = true;
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::size_t size = 1;
      const std::string_view other = replacement(text, i, size);
      if (other.empty()) continue;
      whole = whole && other != kReplacement;
      out_.append(text, done, i - done).append(other);
      i += size - 1;
      done = i + 1;
    }
    out_.append(text, done);
    return whole;
  }

  // What stands for the character at `i` of `size` bytes; empty: itself. White space would not
  // outlive the reading of an attribute (XML 1.0 section 3.3.3).
  static std::string_view replacement(std::string_view text, std::size_t i, std::size_t& size) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '&') return "&amp;";
    if (c == '<') return "&lt;";
    if (c == '"') return "&quot;";
    if (c == '\n') return "&#10;";
    if (c == '\r') return "&#13;";
    if (c == '\t') return "&#9;";
    if (c >= 0x20 && c != 0xEF) return {};
    if (find_forbidden_xml_character(text.substr(i, 3)) != 0) return {};
    if (c == 0xEF) size = 3;
    return kReplacement;
  }

  void new_line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  const Tape& tape_;
  std::string& out_;
  const bool pretty_;
  XmlLoss loss_;
  std::size_t depth_ = 0;
  std::vector<Frame> frames_;
};

}  // namespace

bool append_xml(const Tape& tape, NodeId id, std::string& out, Layout layout, XmlLoss* loss) {
  XmlTapeWriter writer(tape, out, layout);
  const bool whole = writer.write(id);
  if (loss != nullptr) *loss = writer.loss();
  return whole;
}

}  // namespace oncobridge
