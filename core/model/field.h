#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/id.h"

namespace trocar {

// Field names that Trocar knows. X(enumerator, "name as the field's documentation writes it").
// Sources: Sysmon 15 schema 4.90 (`sysmon -s`), Security auditing 4688 and 4689, the Linux audit field dictionary
// (linux-audit/audit-documentation, specs/fields); Request .. ResolvedPid are Trocar's own (docs/formats/audit.md). Stored in cases by name, so that
// the list may be reordered freely.
#define TROCAR_KNOWN_FIELDS(X)                                                                                 \
    X(rule_name, "RuleName")                                                                                   \
    X(utc_time, "UtcTime")                                                                                     \
    X(process_guid, "ProcessGuid")                                                                             \
    X(process_id, "ProcessId")                                                                                 \
    X(image, "Image")                                                                                          \
    X(file_version, "FileVersion")                                                                             \
    X(description, "Description")                                                                              \
    X(product, "Product")                                                                                      \
    X(company, "Company")                                                                                      \
    X(original_file_name, "OriginalFileName")                                                                  \
    X(command_line, "CommandLine")                                                                             \
    X(current_directory, "CurrentDirectory")                                                                   \
    X(user, "User")                                                                                            \
    X(logon_guid, "LogonGuid")                                                                                 \
    X(logon_id, "LogonId")                                                                                     \
    X(terminal_session_id, "TerminalSessionId")                                                                \
    X(integrity_level, "IntegrityLevel")                                                                       \
    X(hashes, "Hashes")                                                                                        \
    X(parent_process_guid, "ParentProcessGuid")                                                                \
    X(parent_process_id, "ParentProcessId")                                                                    \
    X(parent_image, "ParentImage")                                                                             \
    X(parent_command_line, "ParentCommandLine")                                                                \
    X(parent_user, "ParentUser")                                                                               \
    X(target_filename, "TargetFilename")                                                                       \
    X(creation_utc_time, "CreationUtcTime")                                                                    \
    X(previous_creation_utc_time, "PreviousCreationUtcTime")                                                   \
    X(protocol, "Protocol")                                                                                    \
    X(initiated, "Initiated")                                                                                  \
    X(source_is_ipv6, "SourceIsIpv6")                                                                          \
    X(source_ip, "SourceIp")                                                                                   \
    X(source_hostname, "SourceHostname")                                                                       \
    X(source_port, "SourcePort")                                                                               \
    X(source_port_name, "SourcePortName")                                                                      \
    X(destination_is_ipv6, "DestinationIsIpv6")                                                                \
    X(destination_ip, "DestinationIp")                                                                         \
    X(destination_hostname, "DestinationHostname")                                                             \
    X(destination_port, "DestinationPort")                                                                     \
    X(destination_port_name, "DestinationPortName")                                                            \
    X(state, "State")                                                                                          \
    X(version, "Version")                                                                                      \
    X(schema_version, "SchemaVersion")                                                                         \
    X(image_loaded, "ImageLoaded")                                                                             \
    X(is_signed, "Signed")                                                                                     \
    X(signature, "Signature")                                                                                  \
    X(signature_status, "SignatureStatus")                                                                     \
    X(source_process_guid, "SourceProcessGuid")                                                                \
    X(source_process_id, "SourceProcessId")                                                                    \
    X(source_thread_id, "SourceThreadId")                                                                      \
    X(source_image, "SourceImage")                                                                             \
    X(target_process_guid, "TargetProcessGuid")                                                                \
    X(target_process_id, "TargetProcessId")                                                                    \
    X(target_image, "TargetImage")                                                                             \
    X(new_thread_id, "NewThreadId")                                                                            \
    X(start_address, "StartAddress")                                                                           \
    X(start_module, "StartModule")                                                                             \
    X(start_function, "StartFunction")                                                                         \
    X(source_user, "SourceUser")                                                                               \
    X(target_user, "TargetUser")                                                                               \
    X(device, "Device")                                                                                        \
    X(granted_access, "GrantedAccess")                                                                         \
    X(call_trace, "CallTrace")                                                                                 \
    X(event_type, "EventType")                                                                                 \
    X(target_object, "TargetObject")                                                                           \
    X(details, "Details")                                                                                      \
    X(new_name, "NewName")                                                                                     \
    X(hash, "Hash")                                                                                            \
    X(contents, "Contents")                                                                                    \
    X(configuration, "Configuration")                                                                          \
    X(configuration_file_hash, "ConfigurationFileHash")                                                        \
    X(pipe_name, "PipeName")                                                                                   \
    X(operation, "Operation")                                                                                  \
    X(event_namespace, "EventNamespace")                                                                       \
    X(name, "Name")                                                                                            \
    X(query, "Query")                                                                                          \
    X(type, "Type")                                                                                            \
    X(destination, "Destination")                                                                              \
    X(consumer, "Consumer")                                                                                    \
    X(filter, "Filter")                                                                                        \
    X(query_name, "QueryName")                                                                                 \
    X(query_status, "QueryStatus")                                                                             \
    X(query_results, "QueryResults")                                                                           \
    X(is_executable, "IsExecutable")                                                                           \
    X(archived, "Archived")                                                                                    \
    X(session, "Session")                                                                                      \
    X(client_info, "ClientInfo")                                                                               \
    X(id, "ID")                                                                                                \
    X(new_process_id, "NewProcessId")                                                                          \
    X(new_process_name, "NewProcessName")                                                                      \
    X(process_name, "ProcessName")                                                                             \
    X(parent_process_name, "ParentProcessName")                                                                \
    X(token_elevation_type, "TokenElevationType")                                                              \
    X(mandatory_label, "MandatoryLabel")                                                                       \
    X(subject_user_sid, "SubjectUserSid")                                                                      \
    X(subject_user_name, "SubjectUserName")                                                                    \
    X(subject_domain_name, "SubjectDomainName")                                                                \
    X(subject_logon_id, "SubjectLogonId")                                                                      \
    X(target_user_sid, "TargetUserSid")                                                                        \
    X(target_user_name, "TargetUserName")                                                                      \
    X(target_domain_name, "TargetDomainName")                                                                  \
    X(target_logon_id, "TargetLogonId")                                                                        \
    X(status, "Status")                                                                                        \
    /* Linux audit: lower case as the kernel writes it, upper case as auditd's ENRICHED format names it */     \
    X(audit_serial, "serial")                                                                                  \
    X(audit_node, "node")                                                                                      \
    X(record_type, "type")                                                                                     \
    X(audit_arch, "arch")                                                                                      \
    X(syscall_number, "syscall")                                                                               \
    X(audit_per, "per")                                                                                        \
    X(audit_success, "success")                                                                                \
    X(audit_exit, "exit")                                                                                      \
    X(a0, "a0")                                                                                                \
    X(a1, "a1")                                                                                                \
    X(a2, "a2")                                                                                                \
    X(a3, "a3")                                                                                                \
    X(audit_items, "items")                                                                                    \
    X(ppid, "ppid")                                                                                            \
    X(pid, "pid")                                                                                              \
    X(auid, "auid")                                                                                            \
    X(uid, "uid")                                                                                              \
    X(gid, "gid")                                                                                              \
    X(euid, "euid")                                                                                            \
    X(suid, "suid")                                                                                            \
    X(fsuid, "fsuid")                                                                                          \
    X(egid, "egid")                                                                                            \
    X(sgid, "sgid")                                                                                            \
    X(fsgid, "fsgid")                                                                                          \
    X(tty, "tty")                                                                                              \
    X(ses, "ses")                                                                                              \
    X(comm, "comm")                                                                                            \
    X(exe, "exe")                                                                                              \
    X(subj, "subj")                                                                                            \
    X(audit_key, "key")                                                                                        \
    X(audit_item, "item")                                                                                      \
    X(audit_name, "name")                                                                                      \
    X(inode, "inode")                                                                                          \
    X(audit_dev, "dev")                                                                                        \
    X(audit_mode, "mode")                                                                                      \
    X(ouid, "ouid")                                                                                            \
    X(ogid, "ogid")                                                                                            \
    X(rdev, "rdev")                                                                                            \
    X(audit_obj, "obj")                                                                                        \
    X(nametype, "nametype")                                                                                    \
    X(cwd, "cwd")                                                                                              \
    X(proctitle, "proctitle")                                                                                  \
    X(argc, "argc")                                                                                            \
    X(audit_fd, "fd")                                                                                          \
    X(audit_flags, "flags")                                                                                    \
    X(opid, "opid")                                                                                            \
    X(oauid, "oauid")                                                                                          \
    X(oses, "oses")                                                                                            \
    X(ocomm, "ocomm")                                                                                          \
    X(audit_old, "old")                                                                                        \
    X(new_value, "new")                                                                                        \
    X(audit_op, "op")                                                                                          \
    X(acct, "acct")                                                                                            \
    X(hostname, "hostname")                                                                                    \
    X(audit_addr, "addr")                                                                                      \
    X(terminal, "terminal")                                                                                    \
    X(audit_res, "res")                                                                                        \
    X(audit_result, "result")                                                                                  \
    X(audit_msg, "msg")                                                                                        \
    X(audit_unit, "unit")                                                                                      \
    X(saddr, "saddr")                                                                                          \
    X(audit_list, "list")                                                                                      \
    X(named_arch, "ARCH")                                                                                      \
    X(named_syscall, "SYSCALL")                                                                                \
    X(named_auid, "AUID")                                                                                      \
    X(named_uid, "UID")                                                                                        \
    X(named_gid, "GID")                                                                                        \
    X(named_euid, "EUID")                                                                                      \
    X(named_suid, "SUID")                                                                                      \
    X(named_fsuid, "FSUID")                                                                                    \
    X(named_egid, "EGID")                                                                                      \
    X(named_sgid, "SGID")                                                                                      \
    X(named_fsgid, "FSGID")                                                                                    \
    X(named_ouid, "OUID")                                                                                      \
    X(named_ogid, "OGID")                                                                                      \
    X(named_oauid, "OAUID")                                                                                    \
    X(request, "Request")                                                                                      \
    X(target_pid, "TargetPid")                                                                                 \
    X(address, "Address")                                                                                      \
    X(written, "Written")                                                                                      \
    X(bytes_moved, "Bytes")                                                                                    \
    X(protection, "Protection")                                                                                \
    X(map_flags, "MapFlags")                                                                                   \
    X(open_flags, "OpenFlags")                                                                                 \
    X(clone_flags, "CloneFlags")                                                                               \
    X(signal_name, "Signal")                                                                                   \
    X(error_name, "Errno")                                                                                     \
    X(path, "Path")                                                                                            \
    X(socket_address, "SocketAddress")                                                                         \
    X(library, "Library")                                                                                      \
    X(resolved_pid, "ResolvedPid")

/// Names above, as numbers 0..kKnownFieldCount-1. Other names get ids from kFirstDynamicField on, per case.
enum class Field : std::uint16_t {
#define TROCAR_FIELD_ENUMERATOR(enumerator, text) enumerator,
    TROCAR_KNOWN_FIELDS(TROCAR_FIELD_ENUMERATOR)
#undef TROCAR_FIELD_ENUMERATOR
        count_
};
inline constexpr std::uint16_t kKnownFieldCount = static_cast<std::uint16_t>(Field::count_);
inline constexpr std::uint16_t kFirstDynamicField = 1024;

[[nodiscard]] constexpr FieldId id_of(Field field) { return {static_cast<std::uint16_t>(field)}; }
/// Name of a known field; "" for others.
[[nodiscard]] std::string_view known_field_name(FieldId field) noexcept;
/// Known field of that name, ignoring ASCII case only where Sysmon itself spells one name two ways
/// (SourceProcessGUID / SourceProcessGuid); none otherwise.
[[nodiscard]] FieldId known_field(std::string_view name) noexcept;

}  // namespace trocar
