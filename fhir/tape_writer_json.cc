#include <algorithm>
#include <utility>

#include "fhir/byte_scan.h"
#include "fhir/xml_scan.h"
#include "oncobridge/fhir/tape_writer.h"

namespace oncobridge {
namespace {

class JsonTapeWriter {
 public:
  JsonTapeWriter(const Tape& tape, std::string& out, Layout layout)
      : tape_(tape), out_(out), pretty_(layout == Layout::kPretty) {}

  void write(NodeId id) {
    value(id);
    while (!frames_.empty()) step();
  }

 private:
  // What is being written. Children stand in children_ from `begin`.
  struct Frame {
    enum Kind : std::uint8_t { kMembers, kValues, kPairs } kind;
    bool started = false;
    bool list = false;      // written in brackets
    bool children = false;  // drops the children from `begin` when done
    std::size_t begin = 0;
    std::size_t at = 0;
    std::size_t end = 0;
  };

  void step() {
    Frame& frame = frames_.back();
    if (frame.kind == Frame::kMembers) {
      members(frame);
    } else {
      items(frame);
    }
  }

  // The next group of children of one name, or the end of the object.
  void members(Frame& frame) {
    if (frame.at == frame.end) {
      close('{', '}');
      children_.resize(frame.begin);
      frames_.pop_back();
      return;
    }
    const std::size_t begin = frame.at;
    const std::size_t end = group_end(begin, frame.end);
    frame.at = end;
    const bool list = tape_[children_[begin]].is(kInList) || end - begin > 1;
    bool values = false;
    bool pairs = false;
    for (std::size_t i = begin; i < end; ++i) {
      values |= tape_[children_[i]].kind != NodeKind::kAbsent;
      pairs |= is_paired(children_[i]);
    }
    // The last one pushed is written first.
    if (pairs) frames_.push_back({Frame::kPairs, false, list, false, begin, begin, end});
    if (values || !pairs) {
      frames_.push_back({Frame::kValues, false, list, false, begin, begin, end});
    }
  }

  void items(Frame& frame) {
    if (!frame.started) {
      frame.started = true;
      if (!frame.children) key(frame.kind == Frame::kPairs, children_[frame.begin]);
      if (frame.list) open('[');
    }
    if (frame.at == frame.end) {
      if (frame.list) close('[', ']');
      if (frame.children) children_.resize(frame.begin);
      frames_.pop_back();
      return;
    }
    const bool pair = frame.kind == Frame::kPairs;
    const NodeId id = children_[frame.at++];
    if (frame.list) separate();
    if (!pair) {
      value(id);
    } else if (is_paired(id)) {
      object(id, true);
    } else {
      out_ += "null";
    }
  }

  void value(NodeId id) {
    const Node& node = tape_[id];
    switch (node.kind) {
      case NodeKind::kObject:
        return object(id, false);
      case NodeKind::kList: {
        const std::size_t begin = children_.size();
        gather(id);
        frames_.push_back({Frame::kValues, false, true, true, begin, begin, children_.size()});
        return;
      }
      case NodeKind::kNumber:
        return number(node.value());
      case NodeKind::kTrue:
        out_ += "true";
        return;
      case NodeKind::kFalse:
        out_ += "false";
        return;
      case NodeKind::kEmptyList:
        out_ += "[]";
        return;
      case NodeKind::kAbsent:
      case NodeKind::kNull:
        out_ += "null";
        return;
      case NodeKind::kString:
      case NodeKind::kText:
        return string(node.value());
      case NodeKind::kXhtml:
        return narrative(node.value());
    }
  }

  // What is no number, as XML may have it, is kept as a string.
  void number(std::string_view text) {
    const char* const end = text.data() + text.size();
    if (text.empty() || json_number_end(text.data(), end) != end) return string(text);
    out_ += text;
  }

  void object(NodeId id, bool pair) {
    open('{');
    const Node& node = tape_[id];
    if (!pair && node.is(kResource)) {
      separate();
      string("resourceType");
      out_ += pretty_ ? ": " : ":";
      string(node.value());
    }
    const std::size_t begin = children_.size();
    gather(id);
    frames_.push_back({Frame::kMembers, false, false, true, begin, begin, children_.size()});
  }

  bool is_paired(NodeId id) const {
    const NodeKind kind = tape_[id].kind;
    return tape_[id].is(kPaired) && kind != NodeKind::kObject && kind != NodeKind::kList &&
           kind != NodeKind::kEmptyList;
  }

  void gather(NodeId parent) {
    const std::size_t begin = children_.size();
    for (NodeId id = tape_[parent].first; id != kNoNode; id = tape_[id].next) {
      children_.push_back(id);
    }
    if (tape_.form() == SourceForm::kXml) bring_together(begin);
  }

  // XML may scatter the items of a list among other elements; JSON has one member for them, where
  // the first of them stood.
  void bring_together(std::size_t begin) {
    struct Place {
      NameId name;
      std::size_t first;  // of that name
      std::size_t own;
      NodeId id;
    };
    std::vector<Place> places;
    for (std::size_t i = begin; i < children_.size(); ++i) {
      places.push_back({tape_[children_[i]].name, i, i, children_[i]});
    }
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
      return a.name != b.name ? a.name < b.name : a.own < b.own;
    });
    for (std::size_t i = 1; i < places.size(); ++i) {
      if (places[i].name == places[i - 1].name) places[i].first = places[i - 1].first;
    }
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
      return a.first != b.first ? a.first < b.first : a.own < b.own;
    });
    for (std::size_t i = 0; i < places.size(); ++i) children_[begin + i] = places[i].id;
  }

  std::size_t group_end(std::size_t begin, std::size_t end) const {
    const Node& first = tape_[children_[begin]];
    const bool xml = tape_.form() == SourceForm::kXml;
    std::size_t at = begin + 1;
    while (at < end) {
      const Node& node = tape_[children_[at]];
      if (node.name != first.name) break;
      if (!xml && (!first.is(kInList) || !node.is(kInList) || node.is(kFirstOfList))) break;
      ++at;
    }
    return at;
  }

  void key(bool pair, NodeId id) {
    separate();
    if (pair) {
      out_ += "\"_";
      escaped(tape_.name(id));
      out_ += '"';
    } else {
      string(tape_.name(id));
    }
    out_ += pretty_ ? ": " : ":";
  }

  void open(char bracket) {
    out_ += bracket;
    ++depth_;
  }

  void close(char opened, char bracket) {
    --depth_;
    if (out_.back() != opened) new_line();
    out_ += bracket;
  }

  void separate() {
    if (out_.back() != '{' && out_.back() != '[') out_ += ',';
    new_line();
  }

  void new_line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  // As an XML reader gives it.
  void narrative(std::string_view text) {
    if (text.find('\r') == std::string_view::npos) return string(text);
    std::string normal;
    append_with_line_feeds(text, normal);
    string(normal);
  }

  void string(std::string_view text) {
    out_ += '"';
    escaped(text);
    out_ += '"';
  }

  void escaped(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    bool beyond_ascii = false;
    while (true) {
      const char* const stop = scan_json_string(at, end, beyond_ascii);
      out_.append(at, stop);
      if (stop == end) return;
      escape(*stop);
      at = stop + 1;
    }
  }

  void escape(char c) {
    constexpr std::string_view kLetters = "\"\\\b\f\n\r\t";
    constexpr std::string_view kEscapes = "\"\\bfnrt";
    constexpr std::string_view kDigits = "0123456789abcdef";
    out_ += '\\';
    if (const std::size_t i = kLetters.find(c); i != std::string_view::npos) {
      out_ += kEscapes[i];
    } else {
      out_ += "u00";
      out_ += kDigits[static_cast<unsigned char>(c) >> 4];
      out_ += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }

  const Tape& tape_;
  std::string& out_;
  const bool pretty_;
  std::size_t depth_ = 0;
  std::vector<Frame> frames_;
  std::vector<NodeId> children_;
};

}  // namespace

void append_json(const Tape& tape, NodeId id, std::string& out, Layout layout) {
  JsonTapeWriter(tape, out, layout).write(id);
}

}  // namespace oncobridge
