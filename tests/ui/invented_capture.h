#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/detect/capture.h"
#include "core/store/case_file.h"

namespace trocar::test {

/// A capture out of thin air, for tests of the window's models: lives and signals, in any order.
class InventedCapture {
public:
    static constexpr std::int64_t kStart = 1'600'000'000'000'000'000;

    ProcessId process(std::string_view image, std::uint32_t pid, ProcessId parent = {}) {
        ProcessLife life;
        life.host = {0};
        life.pid = pid;
        life.image = strings_->intern(image);
        life.key = strings_->intern("host|" + std::to_string(pid) + "|" + std::to_string(lives_.size()));
        life.parent = parent;
        life.first_seen = life.last_seen = life.start = {kStart + static_cast<std::int64_t>(lives_.size())};
        lives_.push_back(life);
        return {static_cast<std::uint32_t>(lives_.size() - 1)};
    }
    void parentOf(ProcessId child, ProcessId parent) { lives_[child.value].parent = parent; }

    /// `value`: GrantedAccess or StartAddress.
    void signal(std::int64_t ms, Role role, ProcessId source, ProcessId target, std::uint64_t value,
                std::uint32_t flags = 0) {
        signals_.push_back({ms, role, source, target, value, flags});
    }
    /// An access with VM_WRITE and VM_OPERATION, and a thread outside any module `gap` later.
    void injection(std::int64_t ms, std::int64_t gap, ProcessId source, ProcessId target) {
        signal(ms, Role::access, source, target, 0x1fffff);
        signal(ms + gap, Role::execute, source, target, 0x10000 + static_cast<std::uint64_t>(ms) * 0x1000,
               signal_flag::kStartOutsideModules);
    }

    struct Built {
        std::shared_ptr<const Capture> capture;
        std::shared_ptr<const EventColumns> columns;
    };
    [[nodiscard]] Built build() {
        std::stable_sort(signals_.begin(), signals_.end(), [](const Row& a, const Row& b) { return a.ms < b.ms; });
        auto capture = std::make_shared<Capture>();
        auto columns = std::make_shared<EventColumns>();
        capture->hosts = {strings_->intern("HOST1")};
        capture->processes.lives = lives_;
        columns->channels.push_back({HostId{0}, strings_->intern("Microsoft-Windows-Sysmon"),
                                     strings_->intern("Microsoft-Windows-Sysmon/Operational")});
        std::vector<std::uint32_t> order(signals_.size());
        for (std::uint32_t i = 0; i < signals_.size(); ++i) {
            order[i] = i;
            const Row& row = signals_[i];
            columns->id.push_back({i});
            columns->time.push_back(at(row.ms));
            const Operation operation = row.role == Role::access    ? Operation::process_access
                                        : row.role == Role::execute ? Operation::remote_thread
                                                                    : Operation::module_load;
            columns->operation.push_back(operation);
            columns->actor.push_back(row.source);
            columns->target.push_back(row.target);
            columns->channel.push_back(0);
            columns->event_id.push_back(row.role == Role::access ? 10 : row.role == Role::execute ? 8 : 7);
            columns->text.push_back({0});
            columns->value.push_back(row.value);
            capture->total_by_operation[static_cast<std::size_t>(operation)] += 1;
        }
        // Neighbours share a target; within it by source, then time.
        std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return std::tuple(signals_[a].target, signals_[a].source) <
                   std::tuple(signals_[b].target, signals_[b].source);
        });
        SignalTable& table = capture->signals;
        for (const std::uint32_t i : order) {
            const Row& row = signals_[i];
            if (table.pairs.empty() || table.pairs.back().source != row.source ||
                table.pairs.back().target != row.target) {
                const auto first = static_cast<std::uint32_t>(table.time.size());
                table.pairs.push_back({row.source, row.target, first, first});
            }
            table.pairs.back().last += 1;
            table.time.push_back(at(row.ms));
            table.event.push_back({i});
            table.value.push_back(row.value);
            table.text.push_back({0});
            table.flags.push_back(row.flags);
            table.role.push_back(row.role);
            capture->record.push_back(i + 1);
        }
        CaptureSource source;
        source.name = "invented.evtx";
        source.event_count = static_cast<std::uint32_t>(signals_.size());
        capture->sources.push_back(source);
        for (const Operation operation : {Operation::process_access, Operation::remote_thread}) {
            OperationCount count;
            count.host = {0};
            count.operation = operation;
            count.count = capture->total_by_operation[static_cast<std::size_t>(operation)];
            count.first = at(0);
            count.last = at(1000);
            capture->operations.push_back(count);
        }
        capture->event_count = signals_.size();
        capture->first_time = signals_.empty() ? at(0) : at(signals_.front().ms);
        capture->last_time = signals_.empty() ? at(1000) : at(signals_.back().ms);
        capture->strings = strings_;
        return {capture, columns};
    }
    [[nodiscard]] static UtcNanos at(std::int64_t ms) { return {kStart + ms * 1'000'000}; }

private:
    struct Row {
        std::int64_t ms = 0;
        Role role = Role::access;
        ProcessId source, target;
        std::uint64_t value = 0;
        std::uint32_t flags = 0;
    };
    std::shared_ptr<StringTable> strings_ = std::make_shared<StringTable>();
    std::vector<ProcessLife> lives_;
    std::vector<Row> signals_;
};

}  // namespace trocar::test
