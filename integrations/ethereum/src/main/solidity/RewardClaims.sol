// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

/// @title Payouts under one Merkle root, which partners claim with a proof: docs/anchoring.md.
/// @notice The tree is that of RFC 6962 with SHA-256, as everywhere in DALRN. Leaf number `index` is
/// "dalrn/claim/v1\n" || index (8 bytes) || account (20 bytes) || amount in wei (32 bytes), big-endian.
contract RewardClaims {
    /// What is not claimed stays open at least so long.
    uint256 public constant SHORTEST_PERIOD = 1 days;

    struct Distribution {
        address funder;
        uint64 size;
        bytes32 root;
        uint128 remaining;
        uint64 deadline;
    }

    Distribution[] private distributions;

    /// One bit a claim: distribution, index / 256.
    mapping(uint256 => mapping(uint256 => uint256)) private claimedBits;

    event Funded(
        uint256 indexed distribution, address indexed funder, bytes32 indexed root, uint64 size, uint256 amount, uint64 deadline
    );
    event Claimed(uint256 indexed distribution, uint64 indexed index, address indexed account, uint256 amount);
    event Returned(uint256 indexed distribution, uint256 amount);

    error NothingFunded();
    error TooMuch(uint256 amount);
    error EmptyTree();
    error DeadlineTooEarly(uint64 deadline, uint256 earliest);
    error NoDistribution(uint256 distribution);
    error DeadlinePassed(uint64 deadline);
    error DeadlineNotPassed(uint64 deadline);
    error NotFunder(address caller);
    error AlreadyClaimed(uint64 index);
    error WrongProof();
    error NotEnoughLeft(uint256 remaining, uint256 amount);
    error PaymentRefused(address account);

    /// Opens a distribution that pays out what came with the call. Who funds it answers for a root whose leaves sum up to that.
    /// @param root of the tree over the payouts
    /// @param size number of its leaves
    /// @param deadline seconds; claims are paid before it, the rest goes back to the caller from then on
    /// @return distribution its number
    function fund(bytes32 root, uint64 size, uint64 deadline) external payable returns (uint256 distribution) {
        if (msg.value == 0) revert NothingFunded();
        if (msg.value > type(uint128).max) revert TooMuch(msg.value);
        if (size == 0) revert EmptyTree();
        if (deadline < block.timestamp + SHORTEST_PERIOD) {
            revert DeadlineTooEarly(deadline, block.timestamp + SHORTEST_PERIOD);
        }
        distribution = distributions.length;
        distributions.push(Distribution(msg.sender, size, root, uint128(msg.value), deadline));
        emit Funded(distribution, msg.sender, root, size, msg.value, deadline);
    }

    /// Pays one leaf to its account. Anybody may call it; the money goes to the account of the leaf and to nobody else.
    /// @param path hashes from the leaf's sibling up
    function claim(uint256 distribution, uint64 index, address account, uint256 amount, bytes32[] calldata path) external {
        Distribution storage open = known(distribution);
        if (block.timestamp >= open.deadline) revert DeadlinePassed(open.deadline);
        if (isClaimed(distribution, index)) revert AlreadyClaimed(index);
        bytes32 leaf = sha256(abi.encodePacked(bytes1(0x00), "dalrn/claim/v1\n", index, account, amount));
        if (!proves(leaf, index, open.size, path, open.root)) revert WrongProof();
        if (amount > open.remaining) revert NotEnoughLeft(open.remaining, amount);
        // Both before the payment, so that a receiver that calls back finds its claim made.
        claimedBits[distribution][index >> 8] |= 1 << (index & 255);
        open.remaining -= uint128(amount);
        emit Claimed(distribution, index, account, amount);
        pay(account, amount);
    }

    /// After the deadline: gives the funder back what nobody claimed.
    function takeBack(uint256 distribution) external {
        Distribution storage over = known(distribution);
        if (msg.sender != over.funder) revert NotFunder(msg.sender);
        if (block.timestamp < over.deadline) revert DeadlineNotPassed(over.deadline);
        uint256 amount = over.remaining;
        over.remaining = 0;
        emit Returned(distribution, amount);
        pay(over.funder, amount);
    }

    function isClaimed(uint256 distribution, uint64 index) public view returns (bool) {
        return claimedBits[distribution][index >> 8] & (1 << (index & 255)) != 0;
    }

    function distributionOf(uint256 distribution)
        external
        view
        returns (address funder, bytes32 root, uint64 size, uint256 remaining, uint64 deadline)
    {
        Distribution storage it = known(distribution);
        return (it.funder, it.root, it.size, it.remaining, it.deadline);
    }

    /// Whether `path` leads from a leaf to the root of a tree: RFC 9162 section 2.1.3.2, step by step.
    function proves(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata path, bytes32 root) public pure returns (bool) {
        if (index >= size) return false;
        uint256 fn = index;
        uint256 sn = size - 1;
        bytes32 hash = leaf;
        for (uint256 i = 0; i < path.length; i++) {
            if (sn == 0) return false;
            if (fn & 1 == 1 || fn == sn) {
                hash = sha256(abi.encodePacked(bytes1(0x01), path[i], hash));
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                hash = sha256(abi.encodePacked(bytes1(0x01), hash, path[i]));
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && hash == root;
    }

    function known(uint256 distribution) private view returns (Distribution storage) {
        if (distribution >= distributions.length) revert NoDistribution(distribution);
        return distributions[distribution];
    }

    function pay(address account, uint256 amount) private {
        (bool paid,) = account.call{value: amount}("");
        if (!paid) revert PaymentRefused(account);
    }
}
