// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "cpu/runtime/drivers.hpp"
#include "cpu/runtime/small_buffer.hpp"
#include "cpu/runtime/team.hpp"
#include "kernels/array/memory.hpp"
#include "kernels/reduce/tree.hpp"

namespace gpucompute::cpu {
namespace {

// Elements that are worth a piece of a thread's share.
constexpr std::int64_t piece_elements = 16 * 1024;
// Results that one outer tile carries: their states stay in the first-level cache.
constexpr std::int64_t outer_columns = 1024;

std::int64_t product(const dimensions& extents) {
  std::int64_t count = 1;
  for (const std::int64_t extent : extents) {
    count *= extent;
  }
  return count;
}

/// Bytes from an operand's first element to element `index` of the extents, in C order.
std::int64_t offset_of(const dimensions& extents, const dimensions& strides, std::int64_t index) {
  std::int64_t offset = 0;
  for (std::size_t axis = extents.rank(); axis-- > 0;) {
    offset += index % extents[axis] * strides[axis];
    index /= extents[axis];
  }
  return offset;
}

std::int64_t last(const dimensions& values, std::int64_t otherwise) {
  return values.empty() ? otherwise : values[values.rank() - 1];
}

/// Walks one reduction launch. States of leaves, when there is more than one, wait in `partials`: for each field an array
/// [leaf][result]. Along results a kernel may know the step of an output as a number, 2 for the parts of complex numbers:
/// the arrays then have that step too.
class reduction {
 public:
  explicit reduction(const job& work)
      : work_(work),
        inputs_(work.kernel.inputs.size()),
        results_(product(work.launch.kept)),
        length_(product(work.launch.reduced)),
        leaves_(reduce::leaf_count(length_)) {
    for (const lower::reducer& r : work.kernel.reducers) {
      types_.insert(types_.end(), r.fields.begin(), r.fields.end());
      identities_.insert(identities_.end(), r.identities.begin(), r.identities.end());
    }
    for (const lower::instruction& i : work.kernel.body.body) {
      uses_position_ = uses_position_ || i.code == lower::opcode::position;
    }
  }

  void run(sharing how) {
    if (length_ == 0) {
      return store_identities();
    }
    if (leaves_ > 1) {
      partials_.resize(types_.size());
      steps_.assign(types_.size(), 1);
      for (std::size_t f = 0; f < types_.size(); ++f) {
        const std::int32_t known = work_.kernel.outputs[f].step;
        if (work_.kernel.schedule == lower::schedule::reduce_outer && known != lower::any_step && known != 0) {
          steps_[f] = known;
        }
        const auto places = static_cast<std::size_t>(leaves_ * results_ * std::abs(steps_[f]));
        partials_[f] = allocate_host(places * size_of(types_[f]));
      }
    }
    // Some grains for each thread, or shares of few leaves would differ by much.
    const std::int64_t even = results_ * leaves_ / (8 * how.threads);
    const std::int64_t grain =
        std::max<std::int64_t>(std::min(piece_elements / std::min(length_, reduce::leaf_length), even), 1);
    const bool inner = work_.kernel.schedule == lower::schedule::reduce_inner;
    parallel_ranges(how, results_ * leaves_, grain, [&](std::int64_t begin, std::int64_t end) {
      inner ? run_inner(begin, end) : run_outer(begin, end);
    });
    if (leaves_ > 1) {
      merge_leaves(how);
    }
  }

 private:
  /// A tile and what it points to.
  struct cursor {
    explicit cursor(const reduction& r)
        : data(r.work_.pointers.size()), inner(r.work_.pointers.size()), outer(r.work_.pointers.size()) {
      part.data = data.data();
      part.inner = inner.data();
      part.outer = outer.data();
      part.inner_extent = part.outer_extent = 1;
      part.parameters = r.work_.launch.parameters.data();
      part.begin = part.end = 1;
    }
    tile part{};
    small_buffer<char*, 24> data;
    small_buffer<std::int64_t, 24> inner;
    small_buffer<std::int64_t, 24> outer;
  };

  std::int64_t size(std::size_t field) const { return static_cast<std::int64_t>(size_of(types_[field])); }
  const lower::operand_binding& binding(std::size_t operand) const { return work_.launch.operands[operand]; }
  const dimensions& kept() const { return work_.launch.kept; }
  const dimensions& reduced() const { return work_.launch.reduced; }

  char* partial(std::size_t field, std::int64_t leaf, std::int64_t result) const {
    const std::int64_t step = steps_[field];
    const std::int64_t place = leaf * results_ + (step < 0 ? results_ - 1 - result : result);
    return static_cast<char*>(partials_[field].get()) + place * std::abs(step) * size(field);
  }
  char* output(std::size_t field, std::int64_t result) const {
    return static_cast<char*>(work_.pointers[inputs_ + field]) +
           offset_of(kept(), binding(inputs_ + field).kept_strides, result);
  }
  void aim_outputs(cursor& c, std::int64_t leaf, std::int64_t result) const {
    for (std::size_t f = 0; f < types_.size(); ++f) {
      c.data[inputs_ + f] = leaves_ > 1 ? partial(f, leaf, result) : output(f, result);
    }
  }
  void aim_inputs(cursor& c, std::int64_t result, std::int64_t position) const {
    for (std::size_t k = 0; k < inputs_; ++k) {
      c.data[k] = static_cast<char*>(work_.pointers[k]) + offset_of(kept(), binding(k).kept_strides, result) +
                  offset_of(reduced(), binding(k).reduced_strides, position);
    }
    c.part.position = position;
  }

  /// Units are leaves, result by result.
  void run_inner(std::int64_t begin, std::int64_t end) const {
    cursor c(*this);
    const bool one_dimension = reduced().rank() <= 1;
    small_buffer<std::uint64_t, 8 * reduce::lanes> lanes(types_.size() * reduce::lanes);
    small_buffer<char*, 8> lane_pointers(types_.size());
    for (std::size_t f = 0; f < types_.size(); ++f) {
      lane_pointers[f] = reinterpret_cast<char*>(lanes.data() + f * reduce::lanes);
    }
    c.part.lanes = lane_pointers.data();
    for (std::size_t k = 0; k < inputs_; ++k) {
      c.inner[k] = last(binding(k).reduced_strides, 0);
    }
    for (std::size_t f = 0; f < types_.size(); ++f) {
      c.inner[inputs_ + f] = 0;
    }
    while (begin < end) {
      const std::int64_t result = begin / leaves_;
      const std::int64_t leaf = begin % leaves_;
      const std::int64_t first = leaf * reduce::leaf_length;
      const std::int64_t length = std::min(reduce::leaf_length, length_ - first);
      aim_outputs(c, leaf, result);
      if (!one_dimension) {
        run_segments(c, result, first, length);
        ++begin;
        continue;
      }
      aim_inputs(c, result, first);
      c.part.inner_extent = length;
      if (leaves_ == 1) {
        const std::int64_t row = last(kept(), 1);
        c.part.outer_extent = std::min(row - result % row, end - begin);
        for (std::size_t k = 0; k < work_.pointers.size(); ++k) {
          c.outer[k] = last(binding(k).kept_strides, 0);
        }
      } else {
        // Whole leaves can stand in for results: their states go side by side. Not where an element's position counts.
        const std::int64_t whole = (length_ - first) / reduce::leaf_length;
        c.part.outer_extent = uses_position_ ? 1 : std::clamp<std::int64_t>(whole, 1, end - begin);
        for (std::size_t k = 0; k < inputs_; ++k) {
          c.outer[k] = c.inner[k] * reduce::leaf_length;
        }
        for (std::size_t f = 0; f < types_.size(); ++f) {
          c.outer[inputs_ + f] = results_ * size(f);
        }
      }
      work_.run.run(c.part);
      begin += c.part.outer_extent;
    }
  }

  /// A leaf that bends around the ends of the innermost reduced dimension: lanes carry from piece to piece.
  void run_segments(cursor& c, std::int64_t result, std::int64_t first, std::int64_t length) const {
    const std::int64_t row = last(reduced(), 1);
    std::fill_n(c.outer.data(), work_.pointers.size(), 0);
    c.part.outer_extent = 1;
    for (std::int64_t done = 0; done < length; done += c.part.inner_extent) {
      aim_inputs(c, result, first + done);
      c.part.inner_extent = std::min(row - (first + done) % row, length - done);
      c.part.lane = done % reduce::lanes;
      c.part.begin = done == 0 ? 1 : 0;
      c.part.end = done + c.part.inner_extent == length ? 1 : 0;
      work_.run.run(c.part);
    }
  }

  /// Units are results, leaf by leaf.
  void run_outer(std::int64_t begin, std::int64_t end) const {
    cursor c(*this);
    const std::int64_t kept_row = last(kept(), 1);
    const std::int64_t reduced_row = last(reduced(), 1);
    for (std::size_t k = 0; k < work_.pointers.size(); ++k) {
      c.inner[k] = last(binding(k).kept_strides, 0);
      c.outer[k] = last(binding(k).reduced_strides, 0);
    }
    for (std::size_t f = 0; f < types_.size(); ++f) {
      c.outer[inputs_ + f] = 0;
      if (leaves_ > 1) {
        c.inner[inputs_ + f] = steps_[f] * size(f);
      }
    }
    while (begin < end) {
      const std::int64_t leaf = begin / results_;
      const std::int64_t result = begin % results_;
      const std::int64_t first = leaf * reduce::leaf_length;
      const std::int64_t length = std::min(reduce::leaf_length, length_ - first);
      c.part.inner_extent = std::min({kept_row - result % kept_row, outer_columns, end - begin});
      aim_outputs(c, leaf, result);
      for (std::int64_t done = 0; done < length; done += c.part.outer_extent) {
        aim_inputs(c, result, first + done);
        c.part.outer_extent = std::min(reduced_row - (first + done) % reduced_row, length - done);
        c.part.begin = done == 0 ? 1 : 0;
        work_.run.run(c.part);
      }
      begin += c.part.inner_extent;
    }
  }

  void merge_leaves(sharing how) const {
    // A range of results at a time, so that its states fit the cache; level by level, all pairs in one combine.
    const std::int64_t grain = std::max<std::int64_t>(piece_elements / leaves_, 1);
    parallel_ranges(results_ * leaves_ > 8 * piece_elements ? how : sharing(1), results_, grain,
                    [&](std::int64_t begin, std::int64_t end) {
                      for (std::int64_t r = begin; r < end; r += grain) {
                        merge_results(r, std::min(grain, end - r));
                      }
                    });
  }

  /// States of one leaf, side by side.
  void gather(char* to, std::size_t field, std::int64_t leaf, std::int64_t first, std::int64_t count) const {
    if (steps_[field] == 1) {
      std::memcpy(to, partial(field, leaf, first), static_cast<std::size_t>(count * size(field)));
      return;
    }
    for (std::int64_t r = 0; r < count; ++r) {
      std::memcpy(to + r * size(field), partial(field, leaf, first + r), size_of(types_[field]));
    }
  }

  void merge_results(std::int64_t first, std::int64_t count) const {
    const auto half = static_cast<std::size_t>((leaves_ + 1) / 2 * count) * sizeof(std::uint64_t);
    const auto memory = std::make_unique_for_overwrite<char[]>(3 * half * types_.size());
    std::vector<void*> left(types_.size());
    std::vector<void*> right(types_.size());
    std::vector<char*> merged(types_.size());
    for (std::size_t f = 0; f < types_.size(); ++f) {
      merged[f] = memory.get() + 3 * f * half;
      left[f] = merged[f] + half;
      right[f] = merged[f] + 2 * half;
    }
    for (std::int64_t level = leaves_; level > 1; level = (level + 1) / 2) {
      const std::int64_t pairs = level / 2;
      for (std::size_t f = 0; f < types_.size(); ++f) {
        const std::size_t row = static_cast<std::size_t>(count * size(f));
        const auto copy = [&](void* to, std::int64_t leaf) {
          if (level == leaves_) {
            gather(static_cast<char*>(to), f, leaf, first, count);
          } else {
            std::memmove(to, merged[f] + static_cast<std::size_t>(leaf) * row, row);
          }
        };
        for (std::int64_t j = 0; j < pairs; ++j) {
          copy(static_cast<char*>(left[f]) + static_cast<std::size_t>(j) * row, 2 * j);
          copy(static_cast<char*>(right[f]) + static_cast<std::size_t>(j) * row, 2 * j + 1);
        }
        if (level % 2 != 0) {
          copy(merged[f] + static_cast<std::size_t>(pairs) * row, level - 1);
        }
      }
      std::size_t field = 0;
      for (std::size_t k = 0; k < work_.kernel.reducers.size(); ++k) {
        std::vector<void*> out(merged.begin() + static_cast<std::ptrdiff_t>(field), merged.end());
        work_.combiner.combine(k, left.data() + field, right.data() + field, out.data(),
                               static_cast<std::size_t>(pairs * count));
        field += work_.kernel.reducers[k].fields.size();
      }
    }
    for (std::size_t f = 0; f < types_.size(); ++f) {
      const std::size_t size = size_of(types_[f]);
      for (std::int64_t r = 0; r < count; ++r) {
        std::memcpy(output(f, first + r), merged[f] + static_cast<std::size_t>(r) * size, size);
      }
    }
  }

  void store_identities() const {
    for (std::size_t f = 0; f < types_.size(); ++f) {
      for (std::int64_t r = 0; r < results_; ++r) {
        std::memcpy(output(f, r), &identities_[f], size_of(types_[f]));
      }
    }
  }

  const job& work_;
  std::size_t inputs_;
  std::int64_t results_;
  std::int64_t length_;
  std::int64_t leaves_;
  std::vector<dtype> types_;
  std::vector<std::uint64_t> identities_;
  bool uses_position_ = false;
  std::vector<std::shared_ptr<void>> partials_;
  std::vector<std::int64_t> steps_;  ///< of partials_ from result to result, in states
};

}  // namespace

void run_reduction(const job& work, sharing how) { reduction(work).run(how); }

}  // namespace gpucompute::cpu
