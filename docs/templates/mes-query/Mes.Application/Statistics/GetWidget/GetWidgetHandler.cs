using MediatR;
using Mes.Domain.Results;

namespace Mes.Application.Statistics.GetWidget;

internal sealed class GetWidgetHandler(IWidgetReader reader) : IRequestHandler<GetWidget, Result<Widget>>
{
    public async Task<Result<Widget>> Handle(GetWidget query, CancellationToken cancellationToken) =>
        await reader.ReadAsync(query.SellerId, cancellationToken);
}
