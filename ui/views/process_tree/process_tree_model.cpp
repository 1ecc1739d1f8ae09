#include "ui/views/process_tree/process_tree_model.h"

#include <algorithm>
#include <map>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr int kOpenDepth = 2;
constexpr std::size_t kOpenAllBelow = 20'000;  ///< above, only ways to findings are opened

const std::vector<ProcessLife>& livesOf(const Workspace& workspace) {
    static const std::vector<ProcessLife> none;
    const auto capture = workspace.capture();
    return capture ? capture->processes.lives : none;
}

UtcNanos begin(const ProcessLife& life) {
    return life.start.none() ? life.first_seen : life.start;
}

}  // namespace

ProcessTreeModel::ProcessTreeModel(Workspace& workspace, QObject* parent)
    : QAbstractItemModel(parent), workspace_(workspace) {
    connect(&workspace_, &Workspace::captureChanged, this, &ProcessTreeModel::rebuild);
    connect(&workspace_, &Workspace::findingsChanged, this, &ProcessTreeModel::rebuild);
    connect(&workspace_, &Workspace::windowMoved, this, [this] {
        countFindings();
        Q_EMIT marksChanged();
    });
    rebuild();
}

void ProcessTreeModel::rebuild() {
    beginResetModel();
    nodes_.clear();
    roots_.clear();
    nodeOfLife_.clear();
    buildProcesses();
    buildEdges();
    countFindings();
    applyFilter();
    endResetModel();
}

void ProcessTreeModel::buildProcesses() {
    const auto& lives = livesOf(workspace_);
    const auto capture = workspace_.capture();
    nodes_.resize(lives.size());
    nodeOfLife_.resize(lives.size());
    for (std::size_t i = 0; i < lives.size(); ++i) {
        nodes_[i].process = {static_cast<std::uint32_t>(i)};
        nodes_[i].host = lives[i].host;
        nodeOfLife_[i] = static_cast<std::int32_t>(i);
        const std::uint32_t parent = lives[i].parent.value;
        if (!flat_ && parent < lives.size() && parent != i) {
            nodes_[i].parent = static_cast<std::int32_t>(parent);
        }
    }
    // Loops among parents: walk up once from each node; a node met again on the same walk becomes a root.
    std::vector<std::uint32_t> walk(nodes_.size(), 0);
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
        std::int32_t at = static_cast<std::int32_t>(i);
        while (at >= 0 && walk[static_cast<std::size_t>(at)] == 0) {
            Node& n = nodes_[static_cast<std::size_t>(at)];
            walk[static_cast<std::size_t>(at)] = i + 1;
            if (n.parent >= 0 && walk[static_cast<std::size_t>(n.parent)] == i + 1) {
                n.parent = -1;
            }
            at = n.parent;
        }
    }
    std::vector<std::int32_t> order(nodes_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = static_cast<std::int32_t>(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
        return begin(lives[static_cast<std::size_t>(a)]) < begin(lives[static_cast<std::size_t>(b)]);
    });
    std::vector<std::int32_t> hostNode;
    const bool severalHosts = capture && capture->hosts.size() > 1;
    if (severalHosts) {
        for (std::uint32_t h = 0; h < capture->hosts.size(); ++h) {
            hostNode.push_back(static_cast<std::int32_t>(nodes_.size()));
            roots_.push_back(hostNode.back());
            Node host;
            host.kind = Kind::host;
            host.host = {h};
            nodes_.push_back(std::move(host));
        }
    }
    for (const std::int32_t i : order) {
        Node& n = nodes_[static_cast<std::size_t>(i)];
        if (n.parent < 0 && severalHosts && n.host.value < hostNode.size()) {
            n.parent = hostNode[n.host.value];
        }
        if (n.parent < 0) {
            roots_.push_back(i);
        } else {
            nodes_[static_cast<std::size_t>(n.parent)].children.push_back(i);
        }
    }
}

void ProcessTreeModel::buildEdges() {
    const FindingView* view = workspace_.findings();
    if (view == nullptr || flat_) {
        return;
    }
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int32_t> edges;
    const auto rows = view->rows();
    for (std::uint32_t r = 0; r < rows.size(); ++r) {
        const Finding& finding = rows[r];
        if (finding.source.value >= nodeOfLife_.size() || finding.target.value >= nodeOfLife_.size()) {
            continue;
        }
        const auto pair = std::make_pair(finding.source.value, finding.target.value);
        auto at = edges.find(pair);
        if (at == edges.end()) {
            Node edge;
            edge.kind = Kind::edge;
            edge.process = finding.target;
            edge.source = finding.source;
            edge.parent = nodeOfLife_[finding.source.value];
            at = edges.emplace(pair, static_cast<std::int32_t>(nodes_.size())).first;
            nodes_.push_back(std::move(edge));
        }
        nodes_[static_cast<std::size_t>(at->second)].findings.push_back(r);
    }
    // Injections come before children: they are what one looks for.
    for (auto it = edges.rbegin(); it != edges.rend(); ++it) {
        const std::int32_t node = it->second;
        auto& children = nodes_[static_cast<std::size_t>(nodes_[static_cast<std::size_t>(node)].parent)].children;
        children.insert(children.begin(), node);
    }
}

void ProcessTreeModel::countFindings() {
    const FindingView* view = workspace_.findings();
    for (Node& n : nodes_) {
        n.chains = n.lone = n.damped = n.steps = 0;
        n.best = {};
    }
    if (view == nullptr) {
        return;
    }
    const auto rows = view->rows();
    if (flat_) {
        for (const Finding& finding : rows) {
            if (finding.source.value < nodeOfLife_.size() && view->is_visible(finding)) {
                Node& n = nodes_[static_cast<std::size_t>(nodeOfLife_[finding.source.value])];
                (finding.damped ? n.damped : finding.kind == FindingKind::lone ? n.lone : n.chains) += 1;
            }
        }
        return;
    }
    for (Node& n : nodes_) {
        if (n.kind != Kind::edge) {
            continue;
        }
        for (const std::uint32_t r : n.findings) {  // in row order: the most confident first
            const Finding& finding = rows[r];
            if (!view->is_visible(finding)) {
                continue;
            }
            if (n.best == ChainId{}) {
                n.best = finding.id;
            }
            n.steps |= finding.steps;
            (finding.damped ? n.damped : finding.kind == FindingKind::lone ? n.lone : n.chains) += 1;
        }
        Node& source = nodes_[static_cast<std::size_t>(n.parent)];
        source.chains += n.chains;
        source.lone += n.lone;
        source.damped += n.damped;
    }
}

void ProcessTreeModel::applyFilter() {
    const QString wanted = filter_.trimmed();
    std::vector<char> kept(nodes_.size(), wanted.isEmpty() ? 1 : 0);
    if (!wanted.isEmpty()) {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (!label(nodes_[i]).contains(wanted, Qt::CaseInsensitive)) {
                continue;
            }
            std::int32_t at = static_cast<std::int32_t>(i);
            while (at >= 0 && kept[static_cast<std::size_t>(at)] == 0) {
                kept[static_cast<std::size_t>(at)] = 1;
                at = nodes_[static_cast<std::size_t>(at)].parent;
            }
        }
    }
    const auto number = [&](const std::vector<std::int32_t>& all, std::vector<std::int32_t>& shown) {
        shown.clear();
        for (const std::int32_t i : all) {
            if (kept[static_cast<std::size_t>(i)] != 0) {
                nodes_[static_cast<std::size_t>(i)].row = static_cast<std::int32_t>(shown.size());
                shown.push_back(i);
            }
        }
    };
    number(roots_, shownRoots_);
    for (Node& n : nodes_) {
        number(n.children, n.shown);
    }
}

void ProcessTreeModel::setFilter(const QString& text) {
    if (text != filter_) {
        beginResetModel();
        filter_ = text;
        applyFilter();
        endResetModel();
    }
}

void ProcessTreeModel::setFlat(bool flat) {
    if (flat != flat_) {
        flat_ = flat;
        rebuild();
    }
}

const ProcessTreeModel::Node& ProcessTreeModel::node(const QModelIndex& index) const {
    return nodes_[static_cast<std::size_t>(index.internalId())];
}

ProcessTreeModel::State ProcessTreeModel::state(const Node& n) const {
    return n.chains > 0 ? State::chain : n.lone > 0 ? State::lone : n.damped > 0 ? State::damped : State::none;
}

bool ProcessTreeModel::parentSpoofed(const Node& n) const {
    const auto capture = workspace_.capture();
    return n.kind == Kind::process && capture && creation_of(*capture, n.process).kind == CreatorKind::spoofed;
}

QModelIndex ProcessTreeModel::indexOfNode(std::int32_t node) const {
    if (node < 0) {
        return {};
    }
    const Node& n = nodes_[static_cast<std::size_t>(node)];
    const auto& siblings = n.parent < 0 ? shownRoots_ : nodes_[static_cast<std::size_t>(n.parent)].shown;
    const auto row = static_cast<std::size_t>(n.row);
    return row < siblings.size() && siblings[row] == node ? createIndex(n.row, 0, static_cast<quintptr>(node))
                                                          : QModelIndex();
}

QModelIndex ProcessTreeModel::indexOf(ProcessId process) const {
    return process.value < nodeOfLife_.size() ? indexOfNode(nodeOfLife_[process.value]) : QModelIndex();
}

QModelIndex ProcessTreeModel::indexOf(ChainId chain) const {
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return {};
    }
    const auto row = view->find(chain);
    if (!row) {
        return {};
    }
    const Finding& finding = view->rows()[*row];
    if (finding.source.value < nodeOfLife_.size()) {
        const std::int32_t source = nodeOfLife_[finding.source.value];
        for (const std::int32_t child : nodes_[static_cast<std::size_t>(source)].shown) {
            const Node& n = nodes_[static_cast<std::size_t>(child)];
            if (n.kind == Kind::edge && n.process == finding.target) {
                return indexOfNode(child);
            }
        }
        return indexOfNode(source);
    }
    return indexOf(finding.target);
}

std::vector<QModelIndex> ProcessTreeModel::openAtFirst() const {
    std::vector<char> open(nodes_.size(), 0);
    const bool all = !filter_.trimmed().isEmpty();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        int depth = 0;
        for (std::int32_t at = nodes_[i].parent; at >= 0; at = nodes_[static_cast<std::size_t>(at)].parent) {
            ++depth;
        }
        if (!nodes_[i].shown.empty() && (all || (depth < kOpenDepth && nodes_.size() < kOpenAllBelow))) {
            open[i] = 1;
        }
        if (nodes_[i].kind == Kind::edge && state(nodes_[i]) != State::none) {
            for (std::int32_t at = nodes_[i].parent; at >= 0; at = nodes_[static_cast<std::size_t>(at)].parent) {
                open[static_cast<std::size_t>(at)] = 1;
            }
        }
    }
    std::vector<QModelIndex> indexes;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (open[i] != 0) {
            if (const QModelIndex at = indexOfNode(static_cast<std::int32_t>(i)); at.isValid()) {
                indexes.push_back(at);
            }
        }
    }
    return indexes;
}

QString ProcessTreeModel::label(const Node& n) const {
    if (n.kind == Kind::host) {
        const auto capture = workspace_.capture();
        const QString name = fromEvidence(capture->strings->text(capture->hosts[n.host.value]));
        return name.isEmpty() ? tr("unnamed host") : name;
    }
    return workspace_.processLabel(n.process);
}

QString ProcessTreeModel::stateWords(const Node& n) const {
    QStringList words;
    if (n.chains > 0) {
        words += counted(n.chains, tr("%1 chain"), tr("%1 chains"));
    }
    if (n.lone > 0) {
        words += counted(n.lone, tr("%1 execution without an access"), tr("%1 executions without an access"));
    }
    if (n.damped > 0) {
        words += tr("%1 damped").arg(n.damped);
    }
    if (parentSpoofed(n)) {
        words += tr("parent spoofed");
    }
    return words.join(QStringLiteral(", "));
}

QString ProcessTreeModel::tip(const Node& n) const {
    const auto capture = workspace_.capture();
    if (n.kind == Kind::host || !capture) {
        return label(n);
    }
    const ProcessLife& life = capture->processes.lives[n.process.value];
    QStringList lines;
    if (n.kind == Kind::edge) {
        lines += tr("%1 injected into %2").arg(workspace_.processLabel(n.source), workspace_.processLabel(n.process));
    }
    lines += workspace_.imagePath(n.process);
    const auto add = [&](const QString& what, StringId text) {
        if (const auto words = capture->strings->text(text); !words.empty()) {
            lines += what + QStringLiteral(": ") + fromEvidence(words).left(300);
        }
    };
    add(tr("command line"), life.command_line);
    add(tr("user"), life.user);
    add(tr("integrity"), life.integrity);
    add(tr("later named"), life.later_image);
    lines += life.start.none() ? tr("start not seen; first seen %1").arg(workspace_.timeText(life.first_seen))
                               : tr("start %1%2").arg(workspace_.timeText(life.start),
                                                      life.start_inferred ? tr(" (inferred)") : QString());
    if (!life.end.none()) {
        lines += tr("end %1").arg(workspace_.timeText(life.end));
    }
    if (const std::string made = creation_words(*capture, n.process); n.kind == Kind::process && !made.empty()) {
        lines += fromEvidence(made);
    }
    if (const QString words = stateWords(n); !words.isEmpty()) {
        lines += words;
    }
    return lines.join(QLatin1Char('\n'));
}

QModelIndex ProcessTreeModel::index(int row, int column, const QModelIndex& parent) const {
    const auto& siblings = parent.isValid() ? node(parent).shown : shownRoots_;
    if (column != 0 || row < 0 || static_cast<std::size_t>(row) >= siblings.size()) {
        return {};
    }
    return createIndex(row, 0, static_cast<quintptr>(siblings[static_cast<std::size_t>(row)]));
}

QModelIndex ProcessTreeModel::parent(const QModelIndex& index) const {
    return index.isValid() ? indexOfNode(node(index).parent) : QModelIndex();
}

int ProcessTreeModel::rowCount(const QModelIndex& parent) const {
    return static_cast<int>((parent.isValid() ? node(parent).shown : shownRoots_).size());
}

QVariant ProcessTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Node& n = node(index);
    switch (role) {
        case Qt::DisplayRole: return label(n);
        case Qt::ToolTipRole: return tip(n);
        case Qt::AccessibleTextRole: {
            const QString words = stateWords(n);
            const QString name = n.kind == Kind::edge ? tr("injected into %1").arg(label(n)) : label(n);
            return words.isEmpty() ? name : name + QStringLiteral(", ") + words;
        }
        default: return {};
    }
}

}  // namespace trocar::ui
