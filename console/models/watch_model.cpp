// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/watch_model.hpp"

#include "console/models/format.hpp"
#include "console/models/keyed_rows.hpp"

#include <QDateTime>

namespace lvsdeck::console {

/// One service; servers point back to it by the internal pointer of their index.
struct WatchModel::Node {
    WatchService service;
    int row = 0;
};

WatchModel::WatchModel(QObject* parent) : QAbstractItemModel(parent) {}
WatchModel::~WatchModel() = default;

void WatchModel::setRows(std::vector<WatchService> rows) {
    m_stale = false;
    std::vector<std::shared_ptr<Node>> next;
    next.reserve(rows.size());
    for (WatchService& row : rows) {
        row.trend.add(row.numbers.active);
        for (WatchServer& server : row.servers)
            server.trend.add(server.numbers.active);
        next.push_back(std::make_shared<Node>(Node{std::move(row), 0}));
    }
    const auto renumber = [this] {
        for (std::size_t i = 0; i < m_nodes.size(); ++i)
            m_nodes[i]->row = static_cast<int>(i);
    };
    const RowCallbacks callbacks{
        .beginRemove = [this](int first, int last) { beginRemoveRows({}, first, last); },
        .endRemove =
            [this, renumber] {
                renumber();
                endRemoveRows();
            },
        .beginInsert = [this](int first, int last) { beginInsertRows({}, first, last); },
        .endInsert =
            [this, renumber] {
                renumber();
                endInsertRows();
            },
        .changed = [this](int first, int last) { emit dataChanged(index(first, 0, {}), index(last, ColumnCount - 1, {})); },
    };
    mergeRows(
        m_nodes, std::move(next), [](const std::shared_ptr<Node>& node) { return node->service.key; },
        [this](std::shared_ptr<Node>& node, std::shared_ptr<Node> fresh) {
            std::vector<WatchServer> servers = std::move(fresh->service.servers);
            fresh->service.servers = std::move(node->service.servers);
            Trend trend = node->service.trend;
            trend.add(fresh->service.numbers.active);
            node->service = std::move(fresh->service);
            node->service.trend = trend;
            mergeServers(*node, std::move(servers));
            return true;
        },
        callbacks);
}

void WatchModel::mergeServers(Node& node, std::vector<WatchServer> next) {
    const QModelIndex parentIndex = createIndex(node.row, 0, nullptr);
    const RowCallbacks callbacks{
        .beginRemove = [this, parentIndex](int first, int last) { beginRemoveRows(parentIndex, first, last); },
        .endRemove = [this] { endRemoveRows(); },
        .beginInsert = [this, parentIndex](int first, int last) { beginInsertRows(parentIndex, first, last); },
        .endInsert = [this] { endInsertRows(); },
        .changed =
            [this, parentIndex](int first, int last) {
                emit dataChanged(index(first, 0, parentIndex), index(last, ColumnCount - 1, parentIndex));
            },
    };
    mergeRows(
        node.service.servers, std::move(next), [](const WatchServer& server) { return server.key; },
        [](WatchServer& server, WatchServer fresh) {
            Trend trend = server.trend;
            trend.add(fresh.numbers.active);
            server = std::move(fresh);
            server.trend = trend;
            return true;
        },
        callbacks);
}

void WatchModel::setStale(bool stale) {
    if (stale == m_stale)
        return;
    m_stale = stale;
    if (m_nodes.empty())
        return;
    emit dataChanged(index(0, State, {}), index(static_cast<int>(m_nodes.size()) - 1, State, {}));
    for (const auto& node : m_nodes) {
        const QModelIndex parentIndex = createIndex(node->row, 0, nullptr);
        if (!node->service.servers.empty())
            emit dataChanged(index(0, State, parentIndex),
                             index(static_cast<int>(node->service.servers.size()) - 1, State, parentIndex));
    }
}

QModelIndex WatchModel::index(int row, int column, const QModelIndex& parent) const {
    if (row < 0 || column < 0 || column >= ColumnCount || row >= rowCount(parent))
        return {};
    if (!parent.isValid())
        return createIndex(row, column, nullptr);
    return createIndex(row, column, m_nodes[static_cast<std::size_t>(parent.row())].get());
}

QModelIndex WatchModel::parent(const QModelIndex& index) const {
    const auto* node = static_cast<const Node*>(index.constInternalPointer());
    return node == nullptr ? QModelIndex() : createIndex(node->row, 0, nullptr);
}

int WatchModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return static_cast<int>(m_nodes.size());
    if (parent.internalPointer() != nullptr || parent.column() != 0)
        return 0;
    return static_cast<int>(m_nodes[static_cast<std::size_t>(parent.row())]->service.servers.size());
}

int WatchModel::columnCount(const QModelIndex&) const { return ColumnCount; }

const WatchService* WatchModel::service(const QModelIndex& index) const {
    if (!index.isValid())
        return nullptr;
    const auto* node = static_cast<const Node*>(index.constInternalPointer());
    return node != nullptr ? &node->service : &m_nodes[static_cast<std::size_t>(index.row())]->service;
}

const WatchServer* WatchModel::server(const QModelIndex& index) const {
    const auto* node = index.isValid() ? static_cast<const Node*>(index.constInternalPointer()) : nullptr;
    return node == nullptr ? nullptr : &node->service.servers[static_cast<std::size_t>(index.row())];
}

std::size_t WatchModel::serverCount() const {
    std::size_t count = 0;
    for (const auto& node : m_nodes)
        count += node->service.servers.size();
    return count;
}

QVariant WatchModel::serviceText(const WatchService& service, int column) const {
    switch (column) {
    case Protocol: return text(service.protocol);
    case Address: return text(service.address);
    case Scheduler: return service.flags.empty() ? text(service.scheduler) : text(service.scheduler + " " + service.flags);
    case State: return tr("%1 of %2 up").arg(service.serversUp()).arg(service.servers.size());
    case Active: return countText(service.numbers.active);
    case Inactive: return countText(service.numbers.inactive);
    case Cps: return countText(service.numbers.cps);
    case InBits: return bitsText(service.numbers.inBytesPerSecond);
    case OutBits: return bitsText(service.numbers.outBytesPerSecond);
    default: return {};
    }
}

QVariant WatchModel::serverText(const WatchServer& server, int column) const {
    switch (column) {
    case Address: return text(server.key);
    case Scheduler: return text(server.forward);
    case State:
        return m_stale ? stalePill(-1).text
                       : serverPill(server.state, server.sinceMs, QDateTime::currentMSecsSinceEpoch()).text;
    case Weight: return countText(server.numbers.weight);
    case Active: return countText(server.numbers.active);
    case Inactive: return countText(server.numbers.inactive);
    case Cps: return countText(server.numbers.cps);
    case InBits: return bitsText(server.numbers.inBytesPerSecond);
    case OutBits: return bitsText(server.numbers.outBytesPerSecond);
    default: return {};
    }
}

QVariant WatchModel::data(const QModelIndex& index, int role) const {
    const WatchService* owner = service(index);
    if (owner == nullptr)
        return {};
    const WatchServer* child = server(index);
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return child != nullptr ? serverText(*child, column) : serviceText(*owner, column);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (column >= Weight && column <= OutBits ? Qt::AlignRight : Qt::AlignLeft)));
    case Qt::ToolTipRole:
        if (child != nullptr && !child->name.empty())
            return text(child->name + " · " + child->key);
        return child == nullptr && !owner->name.empty() ? QVariant(text(owner->name)) : QVariant();
    case SortRole: {
        const Numbers& n = child != nullptr ? child->numbers : owner->numbers;
        const std::int64_t values[] = {n.weight, n.active, n.inactive, n.cps, n.inBytesPerSecond, n.outBytesPerSecond};
        if (column >= Weight && column <= OutBits)
            return static_cast<qlonglong>(values[column - Weight]);
        return data(index, Qt::DisplayRole);
    }
    case FilterRole: {
        const std::string words = child != nullptr
                                      ? child->key + " " + child->name + " " + child->forward
                                      : owner->key + " " + owner->name + " " + owner->scheduler + " " + owner->flags;
        return text(words) + QChar(' ') + this->index(index.row(), State, parent(index)).data().toString();
    }
    case ServiceKeyRole: return text(owner->key);
    case ServerKeyRole: return child != nullptr ? QVariant(text(child->key)) : QVariant();
    default: return {};
    }
}

QVariant WatchModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (section >= Weight && section <= OutBits ? Qt::AlignRight : Qt::AlignLeft)));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Protocol: return tr("Prot");
    case Address: return tr("Address : port");
    case Scheduler: return tr("Scheduler / Forward");
    case State: return tr("State");
    case Weight: return tr("Weight");
    case Active: return tr("ActiveConn");
    case Inactive: return tr("InActConn");
    case Cps: return tr("CPS");
    case InBits: return tr("In bit/s");
    case OutBits: return tr("Out bit/s");
    case Spark: return tr("last 60 s");
    default: return {};
    }
}

} // namespace lvsdeck::console
