// Converts one record from memory with the installed headers and libraries and nothing else, and
// touches the FHIR client so that its library is linked too. Exit code 0: one bundle came out.
#include <oncobridge/convert.h>
#include <oncobridge/deliver/fhir_client.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace {

class Memory final : public oncobridge::ByteSource {
 public:
  std::string_view name() const override { return "memory"; }
  oncobridge::Result<std::size_t> read(char* bytes, std::size_t size) override {
    const std::size_t part = std::min(size, rest_.size());
    rest_.copy(bytes, part);
    rest_.remove_prefix(part);
    return part;
  }

 private:
  std::string_view rest_ =
      R"({"case_id": "consumer/1", "markers": [{"marker": "ER", "result": "positive"}]})";
};

class Bundles final : public oncobridge::ConversionSink {
 public:
  bool converted(std::string_view, std::string_view,
                 const std::vector<std::string_view>& parts) override {
    text.append(parts.at(0));
    return true;
  }
  bool rejected(const oncobridge::Rejection& rejection) override {
    std::fprintf(stderr, "rejected: %s\n", rejection.first.message.c_str());
    return true;
  }
  bool covered(std::string_view) override { return true; }
  std::string text;
};

}  // namespace

int main() {
  auto ids = oncobridge::IdMaker::with_namespace(oncobridge::IdMaker::kDefaultNamespace);
  if (!ids) return 2;
  auto converter = oncobridge::Converter::make(std::move(*ids), {});
  if (!converter) return 3;
  Bundles bundles;
  oncobridge::Converter::Run run(*converter, bundles);
  Memory record;
  if (!run.add(record) || !run.finish() || run.totals().converted != 1) return 4;
  // Estrogen receptor in the bundle: the code tables are inside the library.
  if (bundles.text.find("\"resourceType\":\"Observation\"") == std::string::npos) return 5;
  if (bundles.text.find("http://loinc.org") == std::string::npos) return 6;
  if (oncobridge::checked_base_url("ftp://example.org")) return 7;
  std::printf("%llu resources\n", static_cast<unsigned long long>(run.totals().resources));
  return 0;
}
