// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

/// @title Where the owners of logs leave checkpoints: docs/anchoring.md.
/// @notice Knows two kinds of anchors. `anchor` keeps the newest checkpoint of one registered origin and refuses a size that does not
/// grow, so that an origin has at most one root per size here. `anchorBatch` keeps the time at which an account anchored the root of a
/// tree over many checkpoints. Nothing that was anchored can be changed or removed, by nobody.
contract CheckpointAnchor {
    /// Who may anchor for an origin, and its newest checkpoint. The first three share a slot.
    struct Origin {
        address owner;
        uint56 size;
        uint40 time;
        bytes32 root;
    }

    /// The seconds between which batches of an account count; `until` is 0 as long as it is not revoked.
    struct Publisher {
        uint40 since;
        uint40 until;
    }

    /// Registers origins and publishers; can neither anchor nor take an origin from its owner.
    address public administrator;
    address public offeredAdministrator;

    /// By SHA-256 of the origin's text.
    mapping(bytes32 => Origin) private origins;
    mapping(bytes32 => address) public offeredOwner;
    mapping(address => Publisher) public publishers;

    /// Seconds, by keccak256(account || root): nobody can be first in another's name.
    mapping(bytes32 => uint256) private batches;

    event AdministrationTaken(address indexed administrator);
    event OriginRegistered(bytes32 indexed origin, address indexed owner);
    event OriginTaken(bytes32 indexed origin, address indexed owner);
    event PublisherAdded(address indexed publisher);
    event PublisherRevoked(address indexed publisher);
    event CheckpointAnchored(bytes32 indexed origin, uint56 indexed size, bytes32 root);
    /// Anonymous: its only topic is the root.
    event BatchAnchored(bytes32 indexed root) anonymous;

    error NotAdministrator(address caller);
    error NotOwner(bytes32 origin, address caller);
    error NotOffered(address caller);
    error NoAddress();
    error OriginTwice(bytes32 origin, address owner);
    error PublisherTwice(address publisher);
    error NoPublisher(address publisher);
    error SizeNotLarger(bytes32 origin, uint56 anchored, uint56 size);
    error BatchTwice(bytes32 root, uint256 time);

    constructor() {
        administrator = msg.sender;
        emit AdministrationTaken(msg.sender);
    }

    modifier onlyAdministrator() {
        if (msg.sender != administrator) revert NotAdministrator(msg.sender);
        _;
    }

    /// Names a successor, who has to accept; the zero address withdraws the offer.
    function offerAdministration(address successor) external onlyAdministrator {
        offeredAdministrator = successor;
    }

    function acceptAdministration() external {
        if (msg.sender != offeredAdministrator) revert NotOffered(msg.sender);
        administrator = msg.sender;
        offeredAdministrator = address(0);
        emit AdministrationTaken(msg.sender);
    }

    /// Gives an origin, once, to who will anchor for it.
    function register(bytes32 origin, address owner) external onlyAdministrator {
        if (owner == address(0)) revert NoAddress();
        if (origins[origin].owner != address(0)) revert OriginTwice(origin, origins[origin].owner);
        origins[origin].owner = owner;
        emit OriginRegistered(origin, owner);
    }

    /// Names a successor for an origin, who has to accept; the zero address withdraws the offer.
    function offerOrigin(bytes32 origin, address successor) external {
        if (msg.sender != origins[origin].owner) revert NotOwner(origin, msg.sender);
        offeredOwner[origin] = successor;
    }

    function acceptOrigin(bytes32 origin) external {
        if (msg.sender != offeredOwner[origin]) revert NotOffered(msg.sender);
        origins[origin].owner = msg.sender;
        delete offeredOwner[origin];
        emit OriginTaken(origin, msg.sender);
    }

    /// From this block on batches of the account count.
    function addPublisher(address publisher) external onlyAdministrator {
        if (publisher == address(0)) revert NoAddress();
        if (publishers[publisher].since != 0) revert PublisherTwice(publisher);
        publishers[publisher].since = uint40(block.timestamp);
        emit PublisherAdded(publisher);
    }

    /// From this block on batches of the account no longer count, for good; earlier ones still do.
    function revokePublisher(address publisher) external onlyAdministrator {
        Publisher storage known = publishers[publisher];
        if (known.since == 0 || known.until != 0) revert NoPublisher(publisher);
        known.until = uint40(block.timestamp);
        emit PublisherRevoked(publisher);
    }

    /// Anchors the newest checkpoint of one origin.
    function anchor(bytes32 origin, uint56 size, bytes32 root) external {
        Origin storage known = origins[origin];
        if (msg.sender != known.owner) revert NotOwner(origin, msg.sender);
        if (size <= known.size) revert SizeNotLarger(origin, known.size, size);
        known.size = size;
        known.time = uint40(block.timestamp);
        known.root = root;
        emit CheckpointAnchored(origin, size, root);
    }

    /// Anchors the root of a batch in the caller's name. Whether the caller is a publisher is asked by `batch`, when it is read: to ask
    /// here would cost 2,100 gas each time.
    function anchorBatch(bytes32 root) external {
        bytes32 key = batchKey(msg.sender, root);
        if (batches[key] != 0) revert BatchTwice(root, batches[key]);
        batches[key] = block.timestamp;
        emit BatchAnchored(root);
    }

    /// The owner of an origin and the newest checkpoint; all zero if it is not registered.
    function head(bytes32 origin) external view returns (address owner, uint56 size, uint40 time, bytes32 root) {
        Origin storage known = origins[origin];
        return (known.owner, known.size, known.time, known.root);
    }

    /// When an account anchored a batch, 0 if it did not; and whether it was a publisher then.
    function batch(address publisher, bytes32 root) external view returns (uint256 time, bool counts) {
        time = batches[batchKey(publisher, root)];
        Publisher storage known = publishers[publisher];
        counts = time != 0 && known.since != 0 && known.since <= time && (known.until == 0 || time < known.until);
    }

    function batchKey(address publisher, bytes32 root) private pure returns (bytes32 key) {
        assembly ("memory-safe") {
            mstore(0, publisher)
            mstore(32, root)
            key := keccak256(0, 64)
        }
    }
}
