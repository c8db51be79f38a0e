// oncobridge format: FHIR from one form into another, JSON, XML or NDJSON, with every digit, list
// and extension as it was.
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "fhir/byte_scan.h"
#include "fhir/xml_scan.h"
#include "oncobridge/fhir/tape_writer.h"
#include "profiles/element_order.h"
#include "profiles/schema.h"
#include "tools/commands.h"
#include "tools/fhir_input.h"
#include "tools/output_check.h"
#include "tools/private_file.h"
#include "tools/terminal.h"

namespace oncobridge::tools {
namespace {

using profiles::DefinitionStore;
using profiles::NodeType;
using profiles::Schema;

constexpr int kUnwritten = kRejected;  // a document cannot be turned

int complain(const std::string& message, int code) {
  std::fprintf(stderr, "oncobridge format: %s\n", printable(message).c_str());
  return code;
}

class Formatter {
 public:
  Formatter(const FormatOptions& options, const Schema& schema)
      : options_(options),
        schema_(schema),
        names_(schema.names()),
        tape_(names_),
        entry_(names_.intern("entry")),
        resource_(names_.intern("resource")) {}

  bool is_sound() const { return sound_; }  // the output
  bool open() { return options_.out == "-" || file_.open(options_.out); }
  void take(const InputDocument& document);
  int finish();

 private:
  bool read(const InputDocument& document);
  bool is_typed(const InputDocument& document);
  bool outlives_xml(const InputDocument& document);
  std::string_view lost_in_xml(NodeId id) const;
  void write(const InputDocument& document);
  void write_lines(const InputDocument& document);
  std::size_t count_remarks(std::string_view text) const;
  void refuse(const InputDocument& document, std::uint32_t place, const std::string& why);
  void put(std::string_view bytes);

  const FormatOptions& options_;
  const Schema& schema_;
  Names names_;
  Tape tape_;
  const NameId entry_;
  const NameId resource_;
  std::vector<NodeType> types_;
  std::string text_;
  PrivateFile file_;
  bool sound_ = true;  // the output
  std::size_t written_ = 0;
  bool several_ = false;  // resources, in a form that holds one
  std::size_t empty_entries_ = 0;
  std::size_t remarks_ = 0;  // of XML
  int code_ = kOk;
};

// Names a place of a document; never a value of it.
void Formatter::refuse(const InputDocument& document, std::uint32_t place, const std::string& why) {
  const LineColumn at = tape_.line_column(place);
  complain(std::string(document.file) + ":" + std::to_string(document.line + at.line - 1) + ":" +
               std::to_string(at.column) + ": " + why,
           kUnwritten);
  code_ = std::max<int>(code_, kUnwritten);
}

// A comment that is left out, or a member that stands twice, would be lost: any fault is one.
bool Formatter::read(const InputDocument& document) {
  names_.reset();
  TapeLimits limits;
  limits.max_depth = options_.max_depth;
  const bool xml = begins_as_xml(document.bytes);
  xml ? tape_.read_xml(document.bytes, limits) : tape_.read_json(document.bytes, limits);
  const std::string mark = byte_order_mark_in(document);
  if (!mark.empty()) complain(mark, kOk);
  bool sound = true;
  for (const SyntaxFault& fault : tape_.faults()) {
    if (fault.rule == "json-byte-order-mark") continue;
    refuse(document, fault.place, fault.message + " [" + std::string(fault.rule) + "]");
    sound = false;
  }
  if (!sound) return false;
  if (tape_.root() == kNoNode || !tape_[tape_.root()].is(kResource)) {
    refuse(document, 0, "this is no resource [resource-type-missing]");
    return false;
  }
  if (xml) remarks_ += count_remarks(document.bytes);
  profiles::assign_types(schema_, tape_, types_);
  return true;
}

// Comments and processing instructions outside narratives, which no form but XML has.
std::size_t Formatter::count_remarks(std::string_view text) const {
  std::size_t found = 0;
  NodeId narrative = tape_.root();  // the next one
  const auto next_narrative = [&] {
    while (narrative < tape_.size() && tape_[narrative].kind != NodeKind::kXhtml) ++narrative;
  };
  next_narrative();
  const std::size_t begin = std::min(text.find("<?xml "), text.size());
  std::size_t at = document_begin(text);
  if (at == begin) at = text.find("?>", at);
  for (at = text.find('<', at); at != std::string_view::npos; at = text.find('<', at + 1)) {
    if (narrative < tape_.size() && at == tape_[narrative].name_place) {
      at = xml_element_end(text, at) - 1;
      ++narrative;
      next_narrative();
      continue;
    }
    const bool comment = text.substr(at).starts_with("<!--");
    if (!comment && !text.substr(at).starts_with("<?")) continue;
    ++found;
    at = text.find(comment ? "-->" : "?>", at);
    if (at == std::string_view::npos) break;
  }
  return found;
}

// XML does not say which texts are numbers and which elements are lists: the definition does.
bool Formatter::is_typed(const InputDocument& document) {
  if (tape_.form() != SourceForm::kXml || options_.to == "xml") return true;
  for (NodeId id = tape_.root(); id < tape_.size(); ++id) {
    if (types_[id].type != nullptr) continue;
    refuse(document, tape_[id].name_place,
           id == tape_.root()
               ? "R4 has no such resource, so its elements are not known [resource-type-unknown]"
               : "R4 has no such element here, so its type is not known [element-unknown]");
    return false;
  }
  return true;
}

// XML writes `true`, 1 and "1" alike and has no lists, so that JSON which is not as its definition
// says would come back as something else; and null, empty lists and lists in lists it has not.
bool Formatter::outlives_xml(const InputDocument& document) {
  if (tape_.form() != SourceForm::kJson || options_.to != "xml") return true;
  for (NodeId id = tape_.root(); id < tape_.size(); ++id) {
    const std::string_view why = lost_in_xml(id);
    if (why.empty()) continue;
    const bool root = id == tape_.root();
    refuse(document, tape_[id].name_place,
           root ? "R4 has no such resource, so it cannot become XML [resource-type-unknown]"
                : "`" + std::string(tape_.name(id)) + "` cannot become XML: " + std::string(why));
    return false;
  }
  return true;
}

std::string_view Formatter::lost_in_xml(NodeId id) const {
  const Node& node = tape_[id];
  const NodeType& at = types_[id];
  if (at.type == nullptr) return "R4 has no such element here [element-unknown]";
  if (node.kind == NodeKind::kNull) return "null is no value [shape-null]";
  if (node.kind == NodeKind::kEmptyList) return "the list is empty [shape-empty-array]";
  if (node.kind == NodeKind::kList) return "a list stands within a list [shape-no-array]";
  if (at.element != nullptr && node.is(kInList) != at.element->repeats) {
    return at.element->repeats ? "it can repeat and is no list [shape-array]"
                               : "it cannot repeat and is a list [shape-no-array]";
  }
  if (!at.type->is_primitive()) {
    return node.kind == NodeKind::kObject ? "" : "it is an object [shape-object]";
  }
  if (node.kind == NodeKind::kAbsent) {
    return node.first == kNoNode ? "it has neither value nor extension [shape-null]" : "";
  }
  using profiles::Primitive;
  switch (at.type->primitive) {
    case Primitive::kBoolean:
      if (node.kind == NodeKind::kTrue || node.kind == NodeKind::kFalse) return {};
      return "it is a boolean and written as something else [shape-primitive]";
    case Primitive::kDecimal:
    case Primitive::kInteger:
    case Primitive::kPositiveInt:
    case Primitive::kUnsignedInt:
      if (node.kind == NodeKind::kNumber) return {};
      return "it is a number and written as something else [shape-primitive]";
    default:
      if (node.kind == NodeKind::kString) return {};
      return "it is a string and written as something else [shape-primitive]";
  }
}

void Formatter::take(const InputDocument& document) {
  if (document.fault != nullptr) {
    const std::string line = document.line > 0 ? ":" + std::to_string(document.line) : "";
    complain(std::string(document.file) + line + ": " + std::string(document.message), kInput);
    code_ = std::max<int>(code_, kInput);
    return;
  }
  if (!sound_ || !read(document) || !is_typed(document) || !outlives_xml(document)) return;
  options_.to == "ndjson" ? write_lines(document) : write(document);
}

void Formatter::write(const InputDocument& document) {
  if (written_ > 0) {
    refuse(document, 0, "a file holds one resource in this form; write several with --to ndjson");
    several_ = true;
    return;
  }
  text_.clear();
  const Layout layout = options_.pretty ? Layout::kPretty : Layout::kCompact;
  if (options_.to == "json") {
    append_json(tape_, tape_.root(), text_, layout);
  } else {
    text_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    if (tape_.form() == SourceForm::kJson) profiles::order_elements(tape_, types_);
    XmlLoss loss;
    if (!append_xml(tape_, tape_.root(), text_, layout, &loss)) {
      return refuse(document, tape_[loss.node].place,
                    "`" + std::string(tape_.name(loss.node)) + "` cannot become XML: " + loss.why);
    }
  }
  text_ += '\n';
  ++written_;  // when it is known that there is no second one
}

// One line a resource: those of a bundle, or the one.
void Formatter::write_lines(const InputDocument&) {
  const NodeId root = tape_.root();
  const auto line = [this](NodeId id) {
    text_.clear();
    append_json(tape_, id, text_);
    text_ += '\n';
    put(text_);
    ++written_;
  };
  if (tape_[root].value() != "Bundle") return line(root);
  for (NodeId entry = tape_.child(root, entry_); entry != kNoNode; entry = tape_.next_same(entry)) {
    const NodeId resource = tape_.child(entry, resource_);
    resource == kNoNode ? void(++empty_entries_) : line(resource);
  }
}

void Formatter::put(std::string_view bytes) {
  const bool written = file_.is_open()
                           ? file_.write(bytes)
                           : std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
  sound_ = sound_ && written;
}

int Formatter::finish() {
  if (options_.to != "ndjson") {
    if (several_) written_ = 0;
    if (written_ > 0) put(text_);
  }
  if (empty_entries_ > 0) {
    complain("warning: " + std::to_string(empty_entries_) +
                 " entries of bundles hold no resource and have no line",
             kOk);
  }
  if (remarks_ > 0) {
    complain("note: " + std::to_string(remarks_) +
                 (remarks_ == 1 ? " comment or processing instruction"
                                : " comments and processing instructions") +
                 " of XML left out",
             kOk);
  }
  if (!file_.is_open()) {
    sound_ = std::fflush(stdout) == 0 && sound_;
  } else {
    // A run that could write nothing leaves an earlier file.
    sound_ = file_.close() && sound_ && ((code_ != kOk && written_ == 0) || file_.keep());
  }
  if (!sound_ && options_.out == "-" && has_reader_left()) return kReaderLeft;
  if (!sound_) return complain("the output could not be written completely", kOutput);
  return code_;
}

// The output may replace anything but what is read.
bool is_input(const std::string& output, const std::vector<InputFile>& files) {
  const std::string written = output == "-" ? redirected_file(1) : output;
  for (const InputFile& file : files) {
    const std::string read = file.path == "-" ? redirected_file(0) : file.path;
    if (!written.empty() && !read.empty() && is_same_file(written, read)) return true;
  }
  return false;
}

}  // namespace

int run_format(const FormatOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<InputFile> files = {{options.input, ""}};
  struct stat status {};
  if (options.input != "-" && stat(options.input.c_str(), &status) == 0 &&
      S_ISDIR(status.st_mode)) {
    return complain(options.input + ": is a folder; name a file", kUsage);
  }
  if (is_input(options.out, files)) {
    return complain(options.out + ": the input would be written over; name another file", kUsage);
  }
  DefinitionStore store;
  store.add_shipped();
  const Schema schema(store);
  Formatter formatter(options, schema);
  if (!formatter.open()) return complain(options.out + ": cannot be written", kOutput);
  const InputLimits limits;
  InputReader reader(std::move(files), limits);
  InputLoader loader(limits);
  InputUnit unit;
  while (formatter.is_sound() && reader.next(unit)) {
    loader.visit(unit, [&](const InputDocument& document) { formatter.take(document); });
  }
  return formatter.finish();
}

}  // namespace oncobridge::tools
