// The tape: a FHIR resource as flat nodes, whether it came as JSON or as XML. It is what the judge,
// FHIRPath and the format command read.
//
// A node is an element instance. What JSON writes as two members, `birthDate` and `_birthDate`, is
// one node with a value and children; an item of a list is a node of the list's name. So for
//
//   {"resourceType":"Patient","active":true,"name":[{"given":["A","B"]}],"_birthDate":{"id":"x"}}
//
//   node  kind     name       parent first next  text
//    1    object   -            -     2     -    Patient      (the resource type)
//    2    true     active       1     -     3    true
//    3    object   name         1     4     6    -            kInList
//    4    string   given        3     -     5    A            kInList
//    5    string   given        3     -     -    B            kInList
//    6    absent   birthDate    1     7     -    -            kPaired
//    7    string   id           6     -     -    x
//
// Numbers and strings are text: `1.50` stays `1.50`. Texts are views into the source, or into the
// tape where escapes had to be resolved; they live until the source or the next parse. A tape
// belongs to one thread and keeps its memory from one document to the next.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/arena.h"
#include "oncobridge/fhir/names.h"

namespace oncobridge {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0;  // no parent, no child, no next

enum class NodeKind : std::uint8_t {
  kAbsent,  // no value: null in a list, or only a `_name` member
  kObject,  // a complex element or a resource
  kString,
  kNumber,
  kTrue,
  kFalse,
  kNull,       // JSON null where a value was expected
  kEmptyList,  // []
  kList,       // a list within a list: its items are its children, each kInList
  kText,       // XML: the value attribute; its type is known to the schema only
  kXhtml,      // XML: the bytes of <div>...</div>
};

// Facts of the source that only some rules look at.
enum NodeFlag : std::uint8_t {
  kInList = 1,  // item of a JSON array (in XML: set by what knows the schema)
  kPaired = 2,  // has a `_name` part
  // The `_name` part has another shape than the `name` part: a list beside a single value, or
  // something that is no object. Lists of different lengths are none: the HL7 validator and its
  // suites take what is missing at the end for null.
  kPairMismatch = 4,
  kResource = 8,        // an object with resourceType; the node's text is the type
  kLoneSurrogate = 16,  // the string held an escape that is no character; U+FFFD stands for it
  kDuplicate = 32,      // its name stands twice in the object
  kFirstOfList = 64,    // first item of a JSON array: tells `[..],[..]` of one name apart
  kMalformed = 128,     // a number that JSON does not know: a fault says so already
};

struct Node {
  const char* text = nullptr;
  std::uint32_t length = 0;
  NameId name = kNoName;
  NodeId parent = kNoNode;
  NodeId next = kNoNode;    // the next sibling in source order
  NodeId first = kNoNode;   // the first child
  std::uint32_t place = 0;  // offset of the value in the source
  std::uint32_t name_place =
      0;  // offset of the member's name or the XML tag; place where there is none
  NodeKind kind = NodeKind::kAbsent;
  std::uint8_t flags = 0;

  std::string_view value() const { return {text, length}; }
  bool has_value() const {
    return kind != NodeKind::kAbsent && kind != NodeKind::kObject && kind != NodeKind::kNull &&
           kind != NodeKind::kEmptyList && kind != NodeKind::kList;
  }
  bool is(NodeFlag flag) const { return (flags & flag) != 0; }
};

// A fault of the text itself: not JSON, not XML, or a limit.
struct SyntaxFault {
  std::string_view rule;    // e.g. `json-trailing-comma`; listed in docs/validation_rules.md
  std::uint32_t place = 0;  // offset
  bool fatal = false;       // the rest of the document could not be read
  std::string message;      // never quotes the document beyond a member's name
  NodeId node = kNoNode;    // the element to report it at; before the first one kNoNode
};

struct TapeLimits {
  std::uint32_t max_depth = 1'000;       // nested elements
  std::uint32_t max_text = 100'000'000;  // bytes of one string
  std::uint32_t max_nodes = 200'000'000;
  std::uint32_t max_faults = 100;
};

enum class SourceForm : std::uint8_t { kJson, kXml };

// Line and column of an offset, both from 1; columns count bytes.
struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

class JsonTapeReader;
class XmlTapeReader;

class Tape {
 public:
  explicit Tape(Names& names);
  Tape(Tape&&) noexcept;
  ~Tape();

  // Reads one document. What can be read is on the tape even if there are faults that are not fatal
  // (trailing commas, comments, duplicate members). `source` must outlive the use of the tape and
  // be shorter than 4 GiB. Returns false if a fault is fatal.
  bool read_json(std::string_view source, const TapeLimits& limits = {});
  bool read_xml(std::string_view source, const TapeLimits& limits = {});

  NodeId root() const { return nodes_.size() > 1 ? 1 : kNoNode; }
  const Node& operator[](NodeId id) const { return nodes_[id]; }
  Node& at(NodeId id) { return nodes_[id]; }
  NodeId size() const { return static_cast<NodeId>(nodes_.size()); }  // ids are 1 .. size()-1
  const Names& names() const { return names_; }
  std::string_view name(NodeId id) const { return names_.text(nodes_[id].name); }
  SourceForm form() const { return form_; }
  std::string_view source() const { return source_; }
  const std::vector<SyntaxFault>& faults() const { return faults_; }

  // The first child of that name, or kNoNode; next_same() gives the next item of the list.
  NodeId child(NodeId parent, NameId name) const {
    for (NodeId id = nodes_[parent].first; id != kNoNode; id = nodes_[id].next) {
      if (nodes_[id].name == name) return id;
    }
    return kNoNode;
  }
  NodeId next_same(NodeId id) const {
    const NameId name = nodes_[id].name;
    for (id = nodes_[id].next; id != kNoNode && nodes_[id].name != name; id = nodes_[id].next) {
    }
    return id;
  }
  // Position among the siblings of the same name, from 0.
  std::uint32_t index(NodeId id) const;
  // The nearest node at or above that is a resource, or kNoNode.
  NodeId resource_of(NodeId id) const;

  // Line and column of an offset of the source. The first call on a document indexes its lines.
  LineColumn line_column(std::uint32_t place) const;

 private:
  friend class JsonTapeReader;
  friend class XmlTapeReader;
  void clear(std::string_view source, SourceForm form);

  Names& names_;
  std::string_view source_;
  SourceForm form_ = SourceForm::kJson;
  std::vector<Node> nodes_;
  std::vector<SyntaxFault> faults_;
  Arena texts_{SIZE_MAX};  // unescaped strings; kept as the nodes are
  mutable std::vector<std::uint32_t> line_starts_;
  std::unique_ptr<JsonTapeReader> json_;  // with its stacks, which the next document uses again
  std::unique_ptr<XmlTapeReader> xml_;
};

}  // namespace oncobridge
