#include "importers/linux_ebpf/ebpf_reader.h"

#include "importers/linux_ebpf/ebpf_losses.h"
#include "importers/linux_json/dom_values.h"
#include "importers/readers/json/json_text.h"

#include <algorithm>

namespace trocar {
namespace dom = simdjson::dom;

bool EbpfReader::parse(const Pieces::Piece& line, dom::object& out) {
    dom::element document;
    auto code = parser_.parse(line.text.data(), line.text.size(), false).get(document);
    if (code == simdjson::UTF8_ERROR || code == simdjson::UNESCAPED_CHARS) {
        lose(kEbpfBadCharacters, line, simdjson::error_message(code));
        repaired_ = repaired_json(line.text);
        code = parser_.parse(repaired_).get(document);
    }
    if (code == simdjson::SUCCESS) {
        code = document.get(out);
    }
    if (code != simdjson::SUCCESS) {
        lose(kEbpfBroken, line, simdjson::error_message(code));
        return false;
    }
    return true;
}

void EbpfReader::look_for_host(std::string_view beginning) {
    bool several = false;
    while (!beginning.empty()) {
        const std::size_t end = std::min(beginning.find('\n'), beginning.size());
        const std::string_view line = beginning.substr(0, end);
        beginning.remove_prefix(std::min(end + 1, beginning.size()));
        dom::object record;
        if (line.find('{') != 0 || parser_.parse(line.data(), line.size()).get(record) != simdjson::SUCCESS ||
            sensor_of(record) != EbpfSensor::tracee) {
            continue;
        }
        SensorEvent event;
        read_tracee(record, event);
        if (!event.in_container && !event.host.empty()) {
            several = several || (!node_.empty() && node_ != event.host);
            node_ = event.host;
        }
    }
    if (several) {
        node_.clear();
    }
}

void EbpfReader::read(const Pieces::Piece& line) {
    dom::object record;
    if (!parse(line, record)) {
        return;
    }
    dom::object inner;
    dom::element source;
    if (element_at(record, {"_source"}, source) && source.get(inner) == simdjson::SUCCESS) {
        record = inner;  // what a search of Elasticsearch returns
    }
    const EbpfSensor sensor = sensor_of(record);
    if (sensor == EbpfSensor::none) {
        lose(kEbpfNoEvent, line, line.text.substr(0, 80));
        return;
    }
    take(sensor, record, line);
}

void EbpfReader::take(EbpfSensor sensor, dom::object record, const Pieces::Piece& line) {
    SensorEvent event;
    switch (sensor) {
        case EbpfSensor::tracee: read_tracee(record, event); break;
        case EbpfSensor::falco: read_falco(record, event); break;
        case EbpfSensor::tetragon: read_tetragon(record, event); break;
        case EbpfSensor::none: return;
    }
    if (event.in_container && !node_.empty()) {
        event.host = node_;
    }
    AuditEventMapper::Start start;
    start.host = event.host;
    start.time = event.time;
    start.raw = line.raw;
    start.record = line.ordinal;
    start.provider = name(sensor);
    start.channel = event.kind;
    start.event_id = event.id;
    const CallRead read = place_arguments(event);
    event.call.arguments = event.argv;
    if (read == CallRead::missing) {
        lose(kEbpfNoArgument, line, event.kind);
    }
    if (read == CallRead::done && !event.call.pid.has_value()) {
        lose(kEbpfNoProcess, line, event.kind);
    }
    mapper_.begin(start);
    fields_.begin();
    fields_.members(record);
    mapper_.keep(fields_.fields());
    mapper_.call(event.call);
    mapper_.end();
    if (fields_.cut() != 0) {
        lose(kEbpfCut, line, std::to_string(fields_.cut()) + " values over the limit");
    }
}

}  // namespace trocar
