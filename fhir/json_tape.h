// Reads JSON onto a tape in one pass with a stack of its own, so no document is too deep for it.
// Belongs to its tape, and keeps its memory from one document to the next.
#pragma once

#include "fhir/byte_scan.h"
#include "oncobridge/fhir/tape.h"

namespace oncobridge {

class JsonTapeReader {
 public:
  // tape.clear() has been called. False if a fault is fatal.
  bool read(Tape& tape, const TapeLimits& limits);

 private:
  // An object or a list that is open. The items of a list in an object are children of the object.
  struct Frame {
    std::uint64_t seen = 0;     // objects: a bit for every name so far, modulo 64
    NodeId owner = kNoNode;     // whose children are read
    NodeId last = kNoNode;      // the child behind which the next one goes
    NodeId cursor = kNoNode;    // lists: the item of the other half (`x` or `_x`) that is next
    NameId name = kNoName;      // lists: of the items
    std::uint32_t members = 0;  // objects: where the members begin in members_
    std::uint32_t member_count = 0;
    std::uint32_t serial = 0;  // objects: tells them apart in wide_
    std::uint32_t depth = 0;
    char close = '\0';            // '}', ']', or 0 for the document
    std::uint8_t item_flags = 0;  // lists: of the next item
    bool fresh = true;            // nothing has been read yet
    bool plain = false;           // plain_steps() may read it
    bool pair = false;            // part of a `_x` member
    bool merging = false;         // lists: the other half has been read
    bool nested = false;          // lists: its node is a kList of its own
    bool comma_missed = false;    // the member, or what the list is a part of, lacked its comma
  };

  // A member of an open object: `x`, `_x` or both.
  struct Member {
    NameId name = kNoName;
    NodeId first = kNoNode;
    bool has_value = false;
    bool has_pair = false;
  };

  // Members of objects with more than kNarrow are found by hash.
  struct WideSlot {
    std::uint32_t serial = 0;  // 0: empty
    NameId name = kNoName;
    std::uint32_t member = 0;
  };
  static constexpr std::uint32_t kNarrow = 32;

  // Where a value goes.
  struct Spot {
    NameId name = kNoName;
    NodeId merge = kNoNode;  // the node that has the other half
    const char* name_at = nullptr;
    std::uint8_t flags = 0;
    bool pair = false;  // the value of `_x`
  };

  struct Text {
    const char* data = nullptr;
    std::uint32_t length = 0;
    std::uint8_t flags = 0;
  };

  bool read_document();
  const char* find_last_bracket() const;
  bool step();
  bool plain_steps();
  // A plain name: its number, or kNoName; and what is behind its closing quote.
  struct Named {
    NameId name = kNoName;
    const char* end = nullptr;
  };
  Named medium_name(const char* at) const;
  bool member(Frame& frame, char c);
  bool member_name(char c, Spot& spot);
  bool long_name(char c, Spot& spot);
  void take_resource_type(const Frame& frame, const Text& type);
  bool item(Frame& frame, char c);
  bool value(char c, const Spot& spot);
  bool open_object(const Spot& spot);
  bool open_list(const Spot& spot);
  void open_list_frame(const Spot& spot);
  bool open_nested_list(const Spot& spot, const char* begin);
  [[gnu::always_inline]] void close() {
    const Frame& frame = frames_.back();
    if (frame.close == '}') {
      members_.erase(members_.begin() + frame.members, members_.end());
    } else if (!frame.nested && tape_->nodes_[frame.last].next == kNoNode) {
      frames_[frames_.size() - 2].last = frame.last;
    }
    frames_.pop_back();
  }
  [[gnu::always_inline]] void open_frame(NodeId owner, std::uint32_t depth, bool pair) {
    Frame& frame = frames_.emplace_back();
    frame.owner = owner;
    frame.members = static_cast<std::uint32_t>(members_.size());
    frame.serial = ++serial_;
    frame.depth = depth;
    frame.close = '}';
    frame.pair = pair;
    frame.plain = !pair;
  }

  // At the opening quote.
  bool string(Text& text) {
    const char* const begin = at_ + 1;
    bool beyond_ascii = false;
    const char* const stop = scan_json_string(begin, end_, beyond_ascii);
    const auto size = static_cast<std::size_t>(stop - begin);
    if (stop == end_ || *stop != '"' || beyond_ascii || size > limits_->max_text) [[unlikely]] {
      if (!string_slowly(begin, stop, beyond_ascii)) return false;
      text = slow_text_;
      return true;
    }
    text.data = begin;
    text.length = static_cast<std::uint32_t>(size);
    at_ = stop + 1;
    return true;
  }

  // json_tape_text.cc
  bool string_with_escapes(const char* begin, const char* stop, bool beyond_ascii);
  bool string_slowly(const char* begin, const char* stop, bool beyond_ascii);
  void unescape(const char* begin, const char* end, Text& text);
  char* unescape_unicode(const char*& at, const char* end, char* to, Text& text);
  bool number(const Spot& spot);
  bool word(std::string_view word, NodeKind kind, const Spot& spot);
  bool unquoted(const Spot& spot);
  bool token(Text& text);
  char next_slowly();
  bool comment();

  // The first byte that is no white space; a slash is none, too. In front of last_bracket_ only.
  const char* to_text(const char* at) const {
    if (*at > ' ') [[likely]]
      return at;
    return skip_json_space(at, end_);
  }
  // From the end of a name to its value; null if no colon follows. One blank is the most common.
  const char* past_colon(const char* at) const {
    if (*at != ':') {
      at = to_text(at);
      if (*at != ':') return nullptr;
    }
    ++at;
    return *at > ' ' ? at : to_text(at + (*at == ' '));
  }
  bool begins_plain_item(const char* at) const {
    at = to_text(at);
    return *at == '"' || *at == '{';
  }
  // Of a name whose opening quote is at `at`.
  [[gnu::always_inline]] Named plain_name(const char* at) const {
    const char* const begin = at + 1;
    ShortName name;
    if (!scan_short_name(begin, end_, name) || name.size == 0 || *begin == '_') {
      return medium_name(at);
    }
    return {tape_->names_.intern_short({begin, name.size}, name.low, name.high),
            begin + name.size + 1};
  }

  // The next character that is no white space, or 0 at the end.
  char next() {
    if (at_ != end_ && *at_ > ' ' && *at_ != '/') return *at_;
    return next_slowly();
  }

  [[gnu::always_inline]] void remember(Frame& frame, const Member& member) {
    members_.push_back(member);
    if (++frame.member_count > kNarrow) [[unlikely]]
      remember_wide(frame);
  }
  void remember_wide(const Frame& frame);
  void meet_again(Frame& frame, bool pair, Spot& spot);
  Member* find_member(const Frame& frame, NameId name);
  void put_wide(const WideSlot& slot);
  std::uint64_t wide_hash(const WideSlot& slot) const;

  NodeId append(const Spot& spot, NodeKind kind, const char* at);
  // The same of `id`, which is next, in a plain frame.
  [[gnu::always_inline]] bool append_plain(Frame& frame, NodeId id, const Spot& spot, NodeKind kind,
                                           const char* at, const Text& text) {
    if (id > limits_->max_nodes) return too_many(at);
    std::vector<Node>& nodes = tape_->nodes_;
    nodes.push_back({text.data, text.length, spot.name, frame.owner, kNoNode, kNoNode, place(at),
                     spot.name_at == nullptr ? place(at) : place(spot.name_at), kind,
                     static_cast<std::uint8_t>(spot.flags | text.flags)});
    (frame.last == kNoNode ? nodes[frame.owner].first : nodes[frame.last].next) = id;
    frame.last = id;
    return true;
  }
  NodeId put(const Spot& spot, NodeKind kind, const char* at, const Text& text);
  NodeId put_half(const Spot& spot, NodeKind kind, const char* at, const Text& text);
  void put_pair(Node& node, NodeKind kind, bool in_list);
  void put_value(Node& node, const Spot& spot, NodeKind kind, const char* at, const Text& text);
  NodeId last_child(NodeId id) const;
  bool too_deep(const char* at);
  [[gnu::cold]] bool too_many(const char* at);

  std::uint32_t place(const char* at) const { return static_cast<std::uint32_t>(at - begin_); }
  [[gnu::cold]] void fault(std::string_view rule, const char* at, NodeId node, std::string message);
  [[gnu::cold]] bool fatal(std::string_view rule, const char* at, std::string message);
  [[gnu::cold]] bool unexpected();
  void settle_comments(NodeId node);

  Tape* tape_ = nullptr;
  const TapeLimits* limits_ = nullptr;
  const char* begin_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  // Behind the `}` or `]` after which there is white space only, or null.
  const char* last_bracket_ = nullptr;
  NameId resource_type_ = kNoName;
  NameId instance_ = kNoName;  // ExampleScenario.instance has an element named resourceType
  // Memory of the tape for texts with escapes: of strings whose end is not known when they begin.
  static constexpr std::size_t kRoom = 64 * 1024;
  static constexpr std::size_t kLeastRoom = 4 * 1024;
  char* room_ = nullptr;
  char* room_end_ = nullptr;
  Text slow_text_;  // what string_slowly() found: a local text stays in registers
  std::uint32_t serial_ = 0;
  std::size_t settled_ = 0;     // faults before that know their node
  bool comments_wait_ = false;  // for the element behind them
  bool fatal_ = false;
  std::vector<Frame> frames_;
  std::vector<Member> members_;
  std::vector<WideSlot> wide_;
  std::size_t wide_used_ = 0;
  std::uint64_t seed_ = 0;
};

}  // namespace oncobridge
